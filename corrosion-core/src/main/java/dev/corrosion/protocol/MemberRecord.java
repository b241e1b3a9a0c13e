package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What is said of a member.
 *
 * @param id the identity of its database
 * @param name what people call it, at most {@link #MAX_NAME_BYTES} in UTF-8
 * @param region where it runs, at most {@link Member#MAX_REGION_BYTES} in UTF-8; empty if that is not known. A member
 *     without a configured one changes it when it has found another
 * @param address where it listens
 * @param startedAt when its process opened the database, in milliseconds since 1970; fixed for a run
 * @param incarnation starts at {@code startedAt} and is raised by the member alone
 * @param state what is held of it
 */
public record MemberRecord(
        ActorId id,
        String name,
        String region,
        InetSocketAddress address,
        long startedAt,
        long incarnation,
        Member.State state) {

    /** Longest name: a record must leave room for others in a datagram. */
    public static final int MAX_NAME_BYTES = 64;

    /** A member of an unknown region. */
    public MemberRecord(
            ActorId id, String name, InetSocketAddress address, long startedAt, long incarnation, Member.State state) {
        this(id, name, "", address, startedAt, incarnation, state);
    }

    public MemberRecord with(Member.State state) {
        return with(state, incarnation);
    }

    public MemberRecord with(Member.State state, long incarnation) {
        return new MemberRecord(id, name, region, address, startedAt, incarnation, state);
    }

    /** The same member elsewhere, which it alone may say of itself. */
    public MemberRecord in(String region, long incarnation) {
        return new MemberRecord(id, name, region, address, startedAt, incarnation, state);
    }

    public boolean isPresent() {
        return state == Member.State.ALIVE || state == Member.State.SUSPECT;
    }

    /**
     * Whether this says more than the other of the same member: a higher incarnation, or at the same one a worse state
     * (SWIM, section 4.2).
     */
    public boolean supersedes(MemberRecord other) {
        return incarnation != other.incarnation ? incarnation > other.incarnation : state.compareTo(other.state) > 0;
    }

    public Member toMember() {
        return new Member(id, name, region, address, state, incarnation, Instant.ofEpochMilli(startedAt));
    }

    /** As much of a name as fits into a record. */
    public static String shortened(String name) {
        String shortened = name;
        while (shortened.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            shortened = shortened.substring(0, shortened.offsetByCodePoints(shortened.length(), -1));
        }
        return shortened;
    }
}
