package dev.corrosion.protocol;

import java.util.List;

/**
 * All that a node holds of the membership, as a question and as an answer: how a node joins, and how views that drifted
 * apart meet again.
 */
public record PushPull(MemberRecord from, List<MemberRecord> members) implements Message {

    public PushPull {
        members = List.copyOf(members);
    }
}
