package dev.corrosion;

import java.util.List;
import java.util.Optional;

/**
 * For those who operate a node: measurements, and work that it otherwise does by itself, now. Safe for any thread.
 */
public interface Operations {

    /** How many may observe a node at a time. */
    int MAX_OBSERVERS = 16;

    /**
     * All numbers, always with the same names and tags. Reads memory and the sizes of files: does not block, and may be
     * called every second.
     */
    List<NodeMetric> metrics();

    /**
     * From now on, until the node closes, each duration is told to this one.
     *
     * @throws CorrosionException if there are {@link #MAX_OBSERVERS} already
     */
    void observe(CorrosionObserver observer);

    /**
     * Counts the rows and tombstones of all replicated tables. Blocks for some seconds at most, on a connection that only
     * reads; what is not counted by then is left out and says so. One call at a time counts, others fail.
     *
     * @throws CorrosionException if another call is counting
     */
    List<TableStatus> tables();

    /**
     * The same of one table, with its digest. Empty if no replicated table has this name.
     *
     * @throws CorrosionException if another call is counting
     */
    Optional<TableStatus> table(String name);

    /**
     * Looks for the other nodes where the bootstrap addresses say, as at the start: all of them if no member is alive, else
     * one that is no member yet.
     */
    Started rejoin();

    /**
     * Takes over a copy of a member's database, in place of what is here. What only this node has is carried over. Goes on
     * after the return.
     *
     * @param member whose; empty for any that is present
     */
    Started snapshot(Optional<ActorId> member);

    /**
     * Compares the rows with those of a member, and repairs what differs without a reason. Goes on after the return; the
     * result is in {@link NodeStatus#verifications}.
     *
     * @param member whose; empty for any that is present
     */
    Started verify(Optional<ActorId> member);

    /** Drops the tombstones that all members have passed and that are older than their retention. Goes on after the return. */
    Started collect();

    /**
     * What has become of a request.
     *
     * @param started whether something goes on now
     * @param text what, or why not
     */
    record Started(boolean started, String text) {}
}
