package dev.corrosion;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node is at, part by part. The numbers of one moment.
 *
 * @param sync anti-entropy
 * @param storage files
 * @param queues all that may wait, with their bounds
 * @param latencies how long things took of late; those that did not happen are left out
 * @param links what is known of the way to members
 * @param connections links that are open
 * @param stalls threads that are at one thing for too long, in words
 * @param problems {@link NodeStatus#problems}, by the part that has them
 */
public record NodeActivity(
        Sync sync,
        Storage storage,
        List<Queue> queues,
        List<Latency> latencies,
        Map<ActorId, Link> links,
        int connections,
        List<String> stalls,
        Map<Part, List<String>> problems) {

    /** Of a node of which nothing is known. */
    public static final NodeActivity NONE = new NodeActivity(
            Sync.NONE, new Storage(0, 0, 0, Optional.empty()), List.of(), List.of(), Map.of(), 0, List.of(), Map.of());

    /** The parts of a node that may have problems. */
    public enum Part {
        DATABASE,
        MEMBERSHIP,
        SYNC,
        TRANSPORT
    }

    /**
     * Anti-entropy since the node was opened.
     *
     * @param completed comparisons with peers
     * @param failed comparisons and fetches that broke off
     * @param last when one was completed last
     * @param synced whether all is here that the first peer had when it was compared. Stays true
     */
    public record Sync(long completed, long failed, Optional<Instant> last, boolean synced) {

        /** Nothing was compared yet. */
        public static final Sync NONE = new Sync(0, 0, Optional.empty(), false);
    }

    /**
     * Sizes in bytes.
     *
     * @param fileBytes the database without its WAL
     * @param walBytes the WAL
     * @param journalBytes the journal of durable subscriptions, with its WAL
     * @param freeBytes what is left on the disk for this process; empty if that cannot be told
     */
    public record Storage(long fileBytes, long walBytes, long journalBytes, Optional<Long> freeBytes) {}

    /**
     * What waits for something.
     *
     * @param name a fixed one
     * @param length how many entries, or 0 if they are not counted
     * @param maxLength its bound; 0 for none of its own
     * @param bytes what they take, or 0 if that is not measured
     * @param maxBytes its bound; 0 for none of its own
     */
    public record Queue(String name, long length, long maxLength, long bytes, long maxBytes) {

        /** How full it is, from 0 to about 1, by the tighter of its bounds. */
        public double usage() {
            return Math.max(ratio(length, maxLength), ratio(bytes, maxBytes));
        }

        private static double ratio(long part, long all) {
            return all == 0 ? 0 : (double) part / all;
        }
    }

    /**
     * How long something took in the last one to two minutes. Quantiles are rounded up, by less than a fifth.
     *
     * @param count how often since the node was opened
     */
    public record Latency(Timing what, long count, Duration median, Duration p99, Duration max) {}

    /**
     * The way to a member.
     *
     * @param roundTrip the last one measured, if any was
     */
    public record Link(Optional<Duration> roundTrip) {}

    /** The worst p99 of replication, by any path; zero if nothing came of late. */
    public Duration replicationLag() {
        return latencies.stream()
                .filter(latency ->
                        latency.what() == Timing.REPLICATION_PUSHED || latency.what() == Timing.REPLICATION_FETCHED)
                .map(Latency::p99)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
