package dev.corrosion;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * A node of the cluster as this node sees it.
 *
 * @param id the identity of its database
 * @param name what people call it; not unique
 * @param region where it runs, at most {@link #MAX_REGION_BYTES} in UTF-8: as configured, or else as found by round trips in
 *     a cluster of more than 16 members; empty if that is not known
 * @param address where it listens
 * @param state what SWIM holds of it
 * @param incarnation raised by the member itself, to refute or to return
 * @param startedAt when its process opened the database; tells a restart from a long life
 */
public record Member(
        ActorId id,
        String name,
        String region,
        InetSocketAddress address,
        State state,
        long incarnation,
        Instant startedAt) {

    /** Longest region, in UTF-8. */
    public static final int MAX_REGION_BYTES = 32;

    /** What the name of a region begins with that members have found themselves. */
    public static final String FOUND_REGION = "~";

    /** A member of an unknown region. */
    public Member(
            ActorId id, String name, InetSocketAddress address, State state, long incarnation, Instant startedAt) {
        this(id, name, "", address, state, incarnation, startedAt);
    }

    /** What SWIM holds of a member. */
    public enum State {
        /** It answers. */
        ALIVE,
        /** It did not answer and has time to refute. Still part of the cluster. */
        SUSPECT,
        /** It did not refute. */
        DOWN,
        /** It said goodbye. */
        LEFT
    }

    /** Alive or suspect: still counted in. */
    public boolean isPresent() {
        return state == State.ALIVE || state == State.SUSPECT;
    }
}
