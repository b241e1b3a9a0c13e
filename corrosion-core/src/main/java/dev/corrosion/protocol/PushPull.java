package dev.corrosion.protocol;

import java.util.List;

/**
 * A view of the membership, as a question and as an answer: how a node joins, and how views that drifted apart meet
 * again.
 *
 * @param from the sender as it sees itself
 * @param digest of the present members as the sender holds them, itself among them; equal digests mean equal views
 * @param members all that the sender holds, or nothing where the digest says enough
 */
public record PushPull(MemberRecord from, long digest, List<MemberRecord> members) implements Message {

    public PushPull {
        members = List.copyOf(members);
    }
}
