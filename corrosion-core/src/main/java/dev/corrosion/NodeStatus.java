package dev.corrosion;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of itself, at one moment. For people, health checks and meters.
 *
 * @param actorId this node
 * @param name what people call it
 * @param address where it listens for peers
 * @param startedAt when it was opened
 * @param database its file
 * @param databaseBytes size of the file with its WAL
 * @param security how members prove that they belong: {@code secret}, {@code certificates} or {@code development}
 * @param members all members but this one
 * @param tables replicated tables
 * @param versions per actor (this one too): what is here of its transactions
 * @param subscriptions running subscriptions
 * @param counters monotonic counts since the node was opened, by {@link NodeMetric#id}
 * @param problems what keeps the node from doing its work and needs a person, in words; empty if nothing does
 * @param warnings what a person should look at, in words, while the node goes on
 * @param verifications for each table, the last time that its rows were compared with those of another node
 * @param activity what it is at, part by part
 * @param certificates what this node and the others prove with who they are
 */
public record NodeStatus(
        ActorId actorId,
        String name,
        InetSocketAddress address,
        Instant startedAt,
        Path database,
        long databaseBytes,
        String security,
        List<Member> members,
        List<String> tables,
        Map<ActorId, Versions> versions,
        List<Subscription> subscriptions,
        Map<String, Long> counters,
        List<String> problems,
        List<String> warnings,
        List<Verification> verifications,
        NodeActivity activity,
        Certificates certificates) {

    /**
     * What is here of one actor's transactions: 1 to head, without the gaps.
     *
     * @param head the highest version heard of
     * @param gaps versions up to head that are not here yet
     * @param partial versions of which some parts have arrived, in order; they are also in a gap
     */
    public record Versions(long head, List<Range> gaps, List<Partial> partial) {

        /** How many versions are missing. */
        public long missing() {
            return gaps.stream().mapToLong(Range::size).sum();
        }
    }

    /**
     * A version that is not here whole.
     *
     * @param since when the first of its parts came
     */
    public record Partial(long version, Instant since) {}

    /** Versions from first to last, both included. */
    public record Range(long first, long last) {

        public long size() {
            return last - first + 1;
        }
    }

    /**
     * A query that is kept up to date for its subscribers.
     *
     * @param sql the query
     * @param tables the tables it reads
     * @param rows rows of its current result
     * @param changeId its last change
     * @param tier how it is followed, see {@link SubscriptionPlan}
     * @param subscribers how many it has
     * @param evaluations how often it was evaluated, in whole or in part
     * @param evaluationTime how long that took altogether
     */
    public record Subscription(
            String sql,
            List<String> tables,
            int rows,
            long changeId,
            int tier,
            int subscribers,
            long evaluations,
            Duration evaluationTime) {}

    /**
     * A comparison of a table's rows with those of another node.
     *
     * @param table name of the table
     * @param peer the other node
     * @param at when it was completed
     * @param rows how many were compared
     * @param diverged how many of them differed although both nodes had seen the same versions
     * @param repaired how many of these are the same now
     * @param note what could not be compared, in words; empty if everything was
     */
    public record Verification(
            String table, ActorId peer, Instant at, long rows, long diverged, long repaired, String note) {}

    /**
     * The certificates in use.
     *
     * @param own what this node shows; null if its transport has none
     * @param peers what others have shown when they were last linked to, some thousands at most
     */
    public record Certificates(@Nullable Certificate own, Map<ActorId, Certificate> peers) {

        /** None known. */
        public static final Certificates NONE = new Certificates(null, Map.of());

        public Certificates {
            peers = Map.copyOf(peers);
        }
    }

    /**
     * A certificate.
     *
     * @param subject whom it was issued to
     * @param serial its serial number, in hexadecimal
     * @param fingerprint SHA-256 over all of it, in hexadecimal
     * @param notBefore from when it is valid
     * @param notAfter until when it is valid
     */
    public record Certificate(String subject, String serial, String fingerprint, Instant notBefore, Instant notAfter) {}

    /** Versions known to exist but not yet here, over all actors. */
    public long missingVersions() {
        return versions.values().stream().mapToLong(Versions::missing).sum();
    }
}
