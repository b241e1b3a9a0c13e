package dev.corrosion;

import java.time.Duration;
import java.util.Objects;

/**
 * Which others must have a write on their disks before it counts as done.
 *
 * @param nodes how many other nodes at least
 * @param regions in how many regions at least, that of this node counted; 1 asks for nothing beyond it. Members without a
 *     region do not count. Regions that nodes have found themselves do, but two of them may be at one place for a minute
 *     after a start: where the loss of a site must be survived, configure regions
 * @param timeout how long to wait for them after the commit here, at least a millisecond
 */
public record Acknowledgement(int nodes, int regions, Duration timeout) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    public Acknowledgement {
        Objects.requireNonNull(timeout, "timeout");
        if (nodes < 0 || regions < 1 || timeout.toMillis() < 1) {
            throw new CorrosionException("an acknowledgement by " + nodes + " nodes in " + regions + " regions within "
                    + timeout + ": nodes must be 0 or more, regions 1 or more, the timeout a millisecond or more");
        }
    }

    /** By this many other nodes, wherever they are, within 5 seconds. */
    public static Acknowledgement byNodes(int nodes) {
        return new Acknowledgement(nodes, 1, DEFAULT_TIMEOUT);
    }

    /** In this many regions, that of this node counted, within 5 seconds. */
    public static Acknowledgement byRegions(int regions) {
        return new Acknowledgement(0, regions, DEFAULT_TIMEOUT);
    }

    /** The same with another timeout. */
    public Acknowledgement within(Duration timeout) {
        return new Acknowledgement(nodes, regions, timeout);
    }
}
