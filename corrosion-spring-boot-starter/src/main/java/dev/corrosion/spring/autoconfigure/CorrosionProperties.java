package dev.corrosion.spring.autoconfigure;

import dev.corrosion.ActorId;
import dev.corrosion.DataSourceOptions;
import dev.corrosion.MembershipOptions;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.Synchronous;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the node. Without any, it is a single node that only listens on loopback.
 *
 * @param enabled Whether to open a node.
 * @param node This node.
 * @param store The database file.
 * @param schema Replicated tables.
 * @param cluster How this node meets the others.
 * @param security How members prove that they belong.
 * @param subscription What subscriptions may take of memory and disk.
 * @param datasource The same database for JDBC.
 * @param listener Methods with {@code @CorrosionListener}.
 * @param readiness What the application waits for before it accepts traffic.
 */
@ConfigurationProperties("corrosion")
public record CorrosionProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue Node node,
        @DefaultValue Store store,
        @DefaultValue Schema schema,
        @DefaultValue Cluster cluster,
        @DefaultValue Security security,
        @DefaultValue Subscription subscription,
        @DefaultValue Datasource datasource,
        @DefaultValue Listener listener,
        @DefaultValue Readiness readiness) {

    /** Name of the database file in the data directory. */
    public static final String DATABASE_FILE = "corrosion.db";

    /**
     * This node.
     *
     * @param name What people call this node. Default: spring.application.name.
     * @param region Where this node runs, such as a data centre: the same text, at most 32 bytes, on nodes that are near
     *     each other. Empty: found by round trips, in a cluster of more than 16 members.
     * @param dataDirectory Directory of the database; one per node.
     */
    public record Node(
            @Nullable String name,
            @DefaultValue("") String region,
            @DefaultValue("./data/corrosion") Path dataDirectory) {

        /** The database file. */
        public Path database() {
            return dataDirectory.resolve(DATABASE_FILE);
        }
    }

    /**
     * The database file.
     *
     * @param synchronous What of the last writes survives a power failure: with NORMAL all but the last moments, with
     *     FULL everything that was acknowledged, for an fsync in each commit.
     * @param writeTimeout How long a write may wait for its turn and run; then it is undone and fails.
     * @param queryTimeout How long a query may wait for its turn and run; then it is stopped and fails.
     * @param tombstoneRetention How long the record of a deleted row is kept at least, beyond the moment when all members
     *     have it.
     * @param keepIdentity Whether a database that was copied, moved to another disk or restored from a backup stays the
     *     node that it was. Right only if the original is gone for good and was not written to after the copy was made.
     */
    public record Store(
            @DefaultValue("normal") Synchronous synchronous,
            @DefaultValue("30s") Duration writeTimeout,
            @DefaultValue("30s") Duration queryTimeout,
            @DefaultValue("24h") Duration tombstoneRetention,
            @DefaultValue("false") boolean keepIdentity) {}

    /**
     * Replicated tables.
     *
     * @param locations Schema files, applied in the order of their file names.
     * @param allowDestructive Whether columns and tables that are declared differently, or no longer, may be changed and
     *     dropped with their data. Otherwise the start fails and lists them.
     * @param dryRun Whether to only log what the schema would change. The database stays as it is, and the application
     *     does not start.
     */
    public record Schema(
            @DefaultValue("classpath:corrosion/schema/*.sql")
            List<String> locations,

            @DefaultValue("false") boolean allowDestructive,
            @DefaultValue("false") boolean dryRun) {}

    /**
     * How this node meets the others.
     *
     * @param id Tells clusters apart that might meet, the same on all nodes of one; at most 64 bytes. Nodes of another
     *     cluster are refused.
     * @param host Address to bind. Default: all addresses if a secret is set, else loopback.
     * @param port UDP port to bind, 0 for any. Default: 8787 or, if that is taken, any.
     * @param advertisedHost Where the others reach this node. Default: the bound address or, if that is the wildcard,
     *     the first address of the machine that is not loopback.
     * @param bootstrap Where to look for other nodes: host, host:port or [ipv6]:port. Every address of a DNS name is
     *     tried. Empty for a single node or for the first one.
     * @param syncInterval Time between two rounds of anti-entropy with one peer.
     * @param verifyInterval Time between two comparisons of all rows with those of another node, which find and repair
     *     what differs although both have seen the same versions. Zero for none.
     * @param membership How members find out who is there.
     * @param maxBytesPerSecond What this node sends of changes and copies of the database in any second, altogether; half
     *     of it to push what is written, half to answer nodes that catch up. At least 1MB.
     */
    public record Cluster(
            @DefaultValue("") String id,
            @Nullable String host,
            @Nullable Integer port,
            @Nullable String advertisedHost,
            @DefaultValue List<String> bootstrap,
            @DefaultValue("5s") Duration syncInterval,
            @DefaultValue("10m") Duration verifyInterval,
            @DefaultValue Membership membership,
            @DefaultValue("128MB") DataSize maxBytesPerSecond) {}

    /**
     * How members find out who is there: SWIM with Lifeguard. The defaults are good from two nodes to some ten thousand.
     *
     * @param smallProbeInterval Between two probes, each of one member, in a cluster of at most 16 members.
     * @param probeInterval The same in a larger one, up to 100 members; from there it grows with log10 of the
     *     size.
     * @param maxProbeInterval The longest that it grows to.
     * @param probeTimeout How long a direct answer may take if the round trip is not known.
     * @param probeSlack How long it may take beyond three round trips if that is known.
     * @param maxProbeTimeout The longest that it may take, however far the member is.
     * @param indirectProbes How many others are asked when there is no direct answer; one more from 10 000
     *     members.
     * @param maxHealthMultiplier By how much a node that doubts itself stretches its probes at most.
     * @param minSuspicion How long a suspect has to refute at least.
     * @param suspicionMultiplier How many probe intervals it has, times log10 of the size.
     * @param suspicionStretch By how much longer it has while nobody confirms the suspicion.
     * @param confirmations How many others must have probed it in vain for the shortest time to hold.
     * @param retransmitMultiplier How often news is passed on, times log10 of the size.
     * @param gossipInterval How often news is sent unasked while there is any.
     * @param gossipFanout To how many members at a time; one more from 10 000 members.
     * @param compareInterval How often views are compared with one member, and a lost one is sought; grows with
     *     log2 of the size beyond 64.
     * @param retention How long a member that is gone is remembered.
     */
    public record Membership(
            @DefaultValue("500ms") Duration smallProbeInterval,
            @DefaultValue("300ms") Duration probeInterval,
            @DefaultValue("1s") Duration maxProbeInterval,
            @DefaultValue("300ms") Duration probeTimeout,
            @DefaultValue("50ms") Duration probeSlack,
            @DefaultValue("1500ms") Duration maxProbeTimeout,
            @DefaultValue("3") int indirectProbes,
            @DefaultValue("8") int maxHealthMultiplier,
            @DefaultValue("2500ms") Duration minSuspicion,
            @DefaultValue("4") int suspicionMultiplier,
            @DefaultValue("6") int suspicionStretch,
            @DefaultValue("3") int confirmations,
            @DefaultValue("4") int retransmitMultiplier,
            @DefaultValue("100ms") Duration gossipInterval,
            @DefaultValue("3") int gossipFanout,
            @DefaultValue("15s") Duration compareInterval,
            @DefaultValue("24h") Duration retention) {

        MembershipOptions options() {
            return new MembershipOptions(
                    smallProbeInterval,
                    probeInterval,
                    maxProbeInterval,
                    probeTimeout,
                    probeSlack,
                    maxProbeTimeout,
                    indirectProbes,
                    maxHealthMultiplier,
                    minSuspicion,
                    suspicionMultiplier,
                    suspicionStretch,
                    confirmations,
                    retransmitMultiplier,
                    gossipInterval,
                    gossipFanout,
                    compareInterval,
                    retention);
        }
    }

    /**
     * How members prove that they belong.
     *
     * @param secret Secret that all nodes of the cluster share, at least 16 characters. Needed as soon as the node is
     *     reachable from other machines.
     * @param acceptedSecrets Secrets that other nodes may have instead, while the secret is replaced one node after the
     *     other.
     * @param bundle Name of the SSL bundle (spring.ssl.bundle) with the node's key, its certificate and the authorities that
     *     issue nodes theirs, instead of a secret. With reload-on-update it is replaced while the node runs.
     * @param revoked Who is not let in any more: actor ids, serial numbers of certificates in hexadecimal, or SHA-256
     *     fingerprints of certificates. The same on all nodes.
     * @param revokedFile File with more of them, one a line, comments after a #; looked at again every few seconds.
     * @param writeRules Who may write to some of the tables. Tables of which no rule says anything may be written by every
     *     member. The same on all nodes.
     */
    public record Security(
            @Nullable String secret,
            @DefaultValue List<String> acceptedSecrets,
            @Nullable String bundle,
            @DefaultValue List<String> revoked,
            @Nullable Path revokedFile,
            @DefaultValue List<WriteRule> writeRules) {

        /** Never shows the secret. */
        @Override
        public String toString() {
            return "Security[secret=" + (secret == null ? "none" : "******") + ", bundle=" + bundle + "]";
        }
    }

    /**
     * Who may write to some tables.
     *
     * @param tables Names of tables, in any case; * stands for any part of one.
     * @param nodes Actor ids of those who may, as their certificates name them.
     * @param tags Tags of those who may, as the authority has put them into their certificates.
     */
    public record WriteRule(
            @DefaultValue List<String> tables,
            @DefaultValue Set<UUID> nodes,
            @DefaultValue Set<String> tags) {

        dev.corrosion.WriteRule rule() {
            Set<ActorId> actors = nodes.stream().map(ActorId::new).collect(Collectors.toSet());
            return new dev.corrosion.WriteRule(tables, actors, tags);
        }
    }

    /**
     * What subscriptions may take of memory and disk.
     *
     * @param maxSubscribers How many there may be at a time; further ones are refused.
     * @param maxRows How many rows the result of one query may have, which is kept in memory.
     * @param keptChanges How many changes are kept of one query, for subscribers that are slow or come back.
     * @param keptBytes The same in bytes; whichever bound is reached first.
     * @param keptFor The same in time.
     * @param totalKeptBytes The same in bytes for all queries together. While there are more, a query keeps no more than
     *     its share.
     * @param linger How long a query without subscribers is kept up to date.
     * @param journalKeptFor How long a durable query without subscribers can be come back to.
     * @param maxJournalSize The size of the journal of durable queries from which on further ones are refused.
     */
    public record Subscription(
            @DefaultValue("20000") int maxSubscribers,
            @DefaultValue("1000000") int maxRows,
            @DefaultValue("10000") int keptChanges,
            @DefaultValue("4MB") DataSize keptBytes,
            @DefaultValue("10m") Duration keptFor,
            @DefaultValue("64MB") DataSize totalKeptBytes,
            @DefaultValue("1m") Duration linger,
            @DefaultValue("24h") Duration journalKeptFor,
            @DefaultValue("1GB") DataSize maxJournalSize) {

        SubscriptionLimits limits() {
            return new SubscriptionLimits(
                    maxSubscribers,
                    maxRows,
                    keptChanges,
                    keptBytes.toBytes(),
                    keptFor,
                    totalKeptBytes.toBytes(),
                    linger,
                    journalKeptFor,
                    maxJournalSize.toBytes());
        }
    }

    /**
     * The same database for JDBC.
     *
     * @param mode Which beans there are for it.
     * @param idleTimeout How long a transaction or an open result may stay without any call before it is rolled back or
     *     closed.
     * @param transactionTimeout How long a transaction that writes may take altogether.
     * @param waitTimeout How long a caller waits for its turn to write, to read or to get a connection.
     */
    public record Datasource(
            @DefaultValue("none") Mode mode,
            @DefaultValue("30s") Duration idleTimeout,
            @DefaultValue("5m") Duration transactionTimeout,
            @DefaultValue("60s") Duration waitTimeout) {

        /** Which beans there are for JDBC. */
        public enum Mode {
            /** No beans. */
            NONE,
            /** Beans beside those of the application's own DataSource, injected with the qualifier "corrosion". */
            SECONDARY,
            /** The DataSource of the application. */
            PRIMARY
        }

        DataSourceOptions options() {
            return new DataSourceOptions(idleTimeout, transactionTimeout, waitTimeout);
        }
    }

    /**
     * Methods with {@code @CorrosionListener}.
     *
     * @param enabled Whether to call them.
     * @param firstRetry How long to wait before a method that has failed is called again.
     * @param lastRetry The longest that the wait grows to while it goes on failing.
     */
    public record Listener(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("1s") Duration firstRetry,
            @DefaultValue("1m") Duration lastRetry) {}

    /**
     * What the application waits for before it accepts traffic.
     *
     * @param waitFor What the start waits for, when everything else is up.
     * @param timeout How long it waits.
     * @param failOnTimeout Whether the start fails when that time is up. Otherwise the application goes on with what it
     *     has.
     */
    public record Readiness(
            @DefaultValue("nothing") WaitFor waitFor,
            @DefaultValue("30s") Duration timeout,
            @DefaultValue("false") boolean failOnTimeout) {

        /** What the start waits for. */
        public enum WaitFor {
            /** Nothing. */
            NOTHING,
            /** Another member, if others are looked for. */
            JOINED,
            /** Another member, if others are looked for, and all versions that are known of. */
            SYNCED
        }
    }
}
