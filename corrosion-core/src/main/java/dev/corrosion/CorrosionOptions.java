package dev.corrosion;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to open a node. Immutable; see {@link #builder()}.
 *
 * @param database the SQLite file; made if it is not there
 * @param schema sources of the schema, in order
 * @param allowDestructiveSchema whether the schema may drop or change columns and tables that hold data
 * @param name what people call this node
 * @param region where this node runs, at most {@link Member#MAX_REGION_BYTES} in UTF-8; empty if it is to be found by
 *     round trips
 * @param cluster how it meets the others
 * @param secret the cluster's secret, or null for the development identity, which works on loopback only
 * @param syncInterval time between two rounds of anti-entropy with one peer
 * @param keepIdentity whether a database that was copied, moved or restored keeps its actor id
 * @param synchronous what of the last writes survives a power failure
 * @param writeTimeout how long a write may wait for its turn and run; then it is undone and fails
 * @param queryTimeout how long a query may wait for its turn and run; then it is stopped and fails
 * @param tombstoneRetention how long a deleted row is remembered at least
 * @param verifyInterval time between two comparisons of the data with that of another node; zero for none
 * @param membership how members find out who is there
 * @param maxBytesPerSecond what this node sends of changes and copies of the database in any second, altogether
 * @param subscriptions what subscriptions may take of memory and disk
 * @param writeRules who may write to some of the tables; see {@link WriteRule}
 * @param acceptedSecrets secrets that members may have beside this node's own, while a secret is replaced
 * @param certificates where the node's key and certificates come from, or null if it has a secret or neither
 * @param revoked who is not let in any more; see {@link Builder#revoked}
 * @param revokedFile a file with more of them, looked at again and again, or null if there is none
 */
public record CorrosionOptions(
        Path database,
        List<SchemaSource> schema,
        boolean allowDestructiveSchema,
        String name,
        String region,
        Cluster cluster,
        @Nullable String secret,
        Duration syncInterval,
        boolean keepIdentity,
        Synchronous synchronous,
        Duration writeTimeout,
        Duration queryTimeout,
        Duration tombstoneRetention,
        Duration verifyInterval,
        MembershipOptions membership,
        long maxBytesPerSecond,
        SubscriptionLimits subscriptions,
        List<WriteRule> writeRules,
        List<String> acceptedSecrets,
        @Nullable CertificateSource certificates,
        List<String> revoked,
        @Nullable Path revokedFile) {

    /** How many secrets are accepted at most, beside the node's own. */
    public static final int MAX_ACCEPTED_SECRETS = 4;

    /** Timeout of writes and of queries if none is given. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** Shortest secret accepted: what it protects can be attacked offline by who sees a handshake. */
    public static final int MIN_SECRET_LENGTH = 16;

    /** {@link #maxBytesPerSecond} if none is given: 128 MiB. */
    public static final long DEFAULT_MAX_BYTES_PER_SECOND = 128L << 20;

    /** The least {@link #maxBytesPerSecond}, 1 MiB: with less, those who wait for their turn would give up. */
    public static final long LEAST_MAX_BYTES_PER_SECOND = 1L << 20;

    /** Port used if none is given. */
    public static final int DEFAULT_PORT = 8787;

    public CorrosionOptions {
        schema = List.copyOf(schema);
        acceptedSecrets = List.copyOf(acceptedSecrets);
        revoked = List.copyOf(revoked);
        if (certificates != null && (secret != null || !acceptedSecrets.isEmpty())) {
            throw new IllegalArgumentException("the node has both a cluster secret and certificates: leave one of them"
                    + " out (corrosion.security.secret with accepted-secrets, or corrosion.security.bundle), the same on"
                    + " all nodes");
        }
        writeRules = List.copyOf(writeRules);
        if (writeRules.size() > WriteRule.MAX_RULES) {
            throw new IllegalArgumentException("there are " + writeRules.size() + " write rules, more than "
                    + WriteRule.MAX_RULES + ": put tables with the same writers into one");
        }
        requireSecret(secret, "cluster secret");
        acceptedSecrets.forEach(accepted -> requireSecret(accepted, "accepted secret"));
        if (acceptedSecrets.size() > MAX_ACCEPTED_SECRETS) {
            throw new IllegalArgumentException(acceptedSecrets.size() + " further secrets are to be accepted, at most "
                    + MAX_ACCEPTED_SECRETS + " can be: remove those that no node has any more");
        }
        if (secret == null && !acceptedSecrets.isEmpty()) {
            throw new IllegalArgumentException(
                    "further secrets are to be accepted, but the node has none of its own: set corrosion.security.secret");
        }
        if (region.getBytes(StandardCharsets.UTF_8).length > Member.MAX_REGION_BYTES) {
            throw new IllegalArgumentException("the region '" + region + "' is longer than " + Member.MAX_REGION_BYTES
                    + " bytes in UTF-8: shorten it, the same on all nodes that run there");
        }
        if (region.startsWith(Member.FOUND_REGION)) {
            throw new IllegalArgumentException("the region '" + region + "' begins with '" + Member.FOUND_REGION
                    + "', which is for regions that nodes find themselves: choose another name, or none");
        }
        requirePositive(syncInterval, "sync interval");
        requirePositive(writeTimeout, "write timeout");
        requirePositive(queryTimeout, "query timeout");
        requirePositive(tombstoneRetention, "retention of tombstones");
        if (verifyInterval.isNegative()) {
            throw new IllegalArgumentException("the verify interval must not be negative: " + verifyInterval
                    + "; zero means that the data is not compared");
        }
        if (maxBytesPerSecond < LEAST_MAX_BYTES_PER_SECOND) {
            throw new IllegalArgumentException("at most " + maxBytesPerSecond
                    + " bytes are to be sent in a second; nodes that catch up need at least "
                    + LEAST_MAX_BYTES_PER_SECOND + " (1 MiB): set a higher bound");
        }
    }

    /** Leaves the secrets out, so that they cannot reach a log. */
    @Override
    public String toString() {
        return "CorrosionOptions[database=" + database + ", name=" + name + ", region=" + region + ", cluster="
                + cluster + ", secret=" + (secret == null ? "none" : "******") + ", certificates="
                + (certificates == null ? "none" : "given") + "]";
    }

    /** Whether members have to prove anything that not everybody knows. */
    public boolean secured() {
        return secret != null || certificates != null;
    }

    private static void requireSecret(@Nullable String secret, String what) {
        if (secret != null && secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException("the " + what + " has " + secret.length() + " characters, at least "
                    + MIN_SECRET_LENGTH + " are needed: make one with `openssl rand -base64 32`");
        }
    }

    private static void requirePositive(Duration duration, String what) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("the " + what + " must be positive: " + duration);
        }
    }

    /**
     * A piece of schema.
     *
     * @param name where it comes from, for error messages
     * @param sql any number of statements
     */
    public record SchemaSource(String name, String sql) {}

    /**
     * How a node meets the others.
     *
     * @param id tells clusters apart that might meet, at most {@link #MAX_ID_BYTES} in UTF-8; the same on all nodes of one,
     *     and empty by default. Nodes of another cluster are refused
     * @param host the address to bind; null binds all addresses if a secret is set or certificates are, else loopback
     * @param port the port to bind, 0 for any free one, null for {@link #DEFAULT_PORT} or, if that is taken, any
     * @param advertisedHost where the others reach this node; null takes the bound address or, if that is the wildcard,
     *     the first address of the machine that is not loopback
     * @param bootstrap where to look for other nodes: {@code host:port}, {@code host} or {@code [ipv6]:port}; every
     *     address of a DNS name is tried
     */
    public record Cluster(
            String id,
            @Nullable String host,
            @Nullable Integer port,
            @Nullable String advertisedHost,
            List<String> bootstrap) {

        /** The longest id. */
        public static final int MAX_ID_BYTES = 64;

        public Cluster {
            if (id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
                throw new IllegalArgumentException("the id of the cluster, '" + id + "', is longer than " + MAX_ID_BYTES
                        + " bytes in UTF-8: shorten it, the same on all nodes");
            }
            bootstrap = List.copyOf(bootstrap);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private @Nullable Path database;
        private final List<SchemaSource> schema = new ArrayList<>();
        private boolean allowDestructiveSchema;
        private @Nullable String name;
        private String region = "";
        private String clusterId = "";
        private @Nullable String host;
        private @Nullable Integer port;
        private @Nullable String advertisedHost;
        private List<String> bootstrap = List.of();
        private @Nullable String secret;
        private Duration syncInterval = Duration.ofSeconds(5);
        private boolean keepIdentity;
        private Synchronous synchronous = Synchronous.NORMAL;
        private Duration writeTimeout = DEFAULT_TIMEOUT;
        private Duration queryTimeout = DEFAULT_TIMEOUT;
        private Duration tombstoneRetention = Duration.ofHours(24);
        private Duration verifyInterval = Duration.ofMinutes(10);
        private MembershipOptions membership = MembershipOptions.DEFAULT;
        private long maxBytesPerSecond = DEFAULT_MAX_BYTES_PER_SECOND;
        private SubscriptionLimits subscriptions = SubscriptionLimits.DEFAULT;
        private List<WriteRule> writeRules = List.of();
        private List<String> acceptedSecrets = List.of();
        private @Nullable CertificateSource certificates;
        private List<String> revoked = List.of();
        private @Nullable Path revokedFile;

        private Builder() {}

        /** The SQLite file; made, with its directories, if it is not there. Required. */
        public Builder database(Path database) {
            this.database = database;
            return this;
        }

        /** Adds a piece of schema. */
        public Builder schema(String sql) {
            return schema(schema.isEmpty() ? "schema" : "schema[" + schema.size() + "]", sql);
        }

        /** Adds a piece of schema that has a name, for error messages. */
        public Builder schema(String name, String sql) {
            schema.add(new SchemaSource(name, sql));
            return this;
        }

        /**
         * Whether columns and tables that are declared differently, or no longer, may be changed and dropped with their
         * data. Default: no; opening then fails with what would be lost. {@link Corrosion#plan} tells beforehand.
         */
        public Builder allowDestructiveSchema(boolean allowDestructiveSchema) {
            this.allowDestructiveSchema = allowDestructiveSchema;
            return this;
        }

        /** What people call this node. Default: the host's name. */
        public Builder name(@Nullable String name) {
            this.name = name;
            return this;
        }

        /**
         * Where this node runs, such as a data centre: the same text on nodes that are near each other. Changes cross between
         * regions once and spread inside. Default: found by round trips, in a cluster of more than 16 members.
         */
        public Builder region(@Nullable String region) {
            this.region = region == null ? "" : region;
            return this;
        }

        /** See {@link Cluster#host()}. */
        public Builder host(@Nullable String host) {
            this.host = host;
            return this;
        }

        /** See {@link Cluster#port()}. */
        public Builder port(@Nullable Integer port) {
            this.port = port;
            return this;
        }

        /** See {@link Cluster#advertisedHost()}. */
        public Builder advertisedHost(@Nullable String advertisedHost) {
            this.advertisedHost = advertisedHost;
            return this;
        }

        /** See {@link Cluster#bootstrap()}. */
        public Builder bootstrap(List<String> bootstrap) {
            this.bootstrap = bootstrap;
            return this;
        }

        /** The secret that all nodes of the cluster share. */
        public Builder secret(@Nullable String secret) {
            this.secret = secret;
            return this;
        }

        /**
         * Secrets that members may have beside {@link #secret}. To replace a secret without stopping all nodes at once:
         * restart each with the new one accepted, then each with the new one as its own and the old one accepted, and
         * then each without the old one. Default: none.
         */
        public Builder acceptedSecrets(List<String> acceptedSecrets) {
            this.acceptedSecrets = acceptedSecrets;
            return this;
        }

        /**
         * The node's key, its certificate and the authorities it trusts, instead of a secret. They may be replaced while the
         * node runs. See {@link CertificateSource#files}.
         */
        public Builder certificates(@Nullable CertificateSource certificates) {
            this.certificates = certificates;
            return this;
        }

        /**
         * Who is not let in any more, on links that are there as on new ones: actor ids, serial numbers of certificates in
         * hexadecimal, or SHA-256 fingerprints of certificates. Default: nobody.
         */
        public Builder revoked(List<String> revoked) {
            this.revoked = revoked;
            return this;
        }

        /**
         * A file with further entries of {@link #revoked}, one a line, and comments after {@code #}. What is added takes
         * effect within {@link CertificateSource#CHECK_SECONDS} seconds. Default: none.
         */
        public Builder revokedFile(@Nullable Path revokedFile) {
            this.revokedFile = revokedFile;
            return this;
        }

        /** Who may write to some of the tables. Default: every member to all. */
        public Builder writeRules(List<WriteRule> writeRules) {
            this.writeRules = writeRules;
            return this;
        }

        /** Time between two rounds of anti-entropy. Default: 5 s. */
        public Builder syncInterval(Duration syncInterval) {
            this.syncInterval = syncInterval;
            return this;
        }

        /**
         * Whether a database that was copied, moved to another disk or restored from a backup keeps its actor id instead
         * of taking a new one. Default: no. Right only if the original is gone for good and was not written to after the
         * copy was made: else two nodes, or one node twice, give the same version to different transactions.
         */
        public Builder keepIdentity(boolean keepIdentity) {
            this.keepIdentity = keepIdentity;
            return this;
        }

        /**
         * How long the record of a deleted row is kept at least, beyond the moment when all members have it. A member that
         * is away for longer, and was forgotten, must start with an empty data directory. Default: 24 h.
         */
        public Builder tombstoneRetention(Duration tombstoneRetention) {
            this.tombstoneRetention = tombstoneRetention;
            return this;
        }

        /**
         * Time between two comparisons of all rows with those of another node, which find and repair what differs although
         * both have seen the same versions; zero for none. Default: 10 min.
         */
        public Builder verifyInterval(Duration verifyInterval) {
            this.verifyInterval = verifyInterval;
            return this;
        }

        /**
         * What this node sends of changes and copies of the database in any second, altogether: half of it to push what is
         * written, half to answer nodes that catch up, so that neither keeps the other waiting. Only one row of more than an
         * eighth exceeds it, for the second in which it leaves. Default: 128 MiB; at least 1 MiB.
         */
        public Builder maxBytesPerSecond(long maxBytesPerSecond) {
            this.maxBytesPerSecond = maxBytesPerSecond;
            return this;
        }

        /** What of the last writes survives a power failure. Default: {@link Synchronous#NORMAL}. */
        public Builder synchronous(Synchronous synchronous) {
            this.synchronous = synchronous;
            return this;
        }

        /** How long a write may wait for its turn and run. Default: 30 s. */
        public Builder writeTimeout(Duration writeTimeout) {
            this.writeTimeout = writeTimeout;
            return this;
        }

        /** How long a query may wait for its turn and run. Default: 30 s. */
        public Builder queryTimeout(Duration queryTimeout) {
            this.queryTimeout = queryTimeout;
            return this;
        }

        /** How members find out who is there. Default: {@link MembershipOptions#DEFAULT}. */
        public Builder membership(MembershipOptions membership) {
            this.membership = membership;
            return this;
        }

        /** What subscriptions may take of memory and disk. Default: {@link SubscriptionLimits#DEFAULT}. */
        public Builder subscriptions(SubscriptionLimits subscriptions) {
            this.subscriptions = subscriptions;
            return this;
        }

        /** Tells clusters apart that might meet; see {@link Cluster}. Default: empty. */
        public Builder clusterId(@Nullable String clusterId) {
            this.clusterId = clusterId == null ? "" : clusterId;
            return this;
        }

        public CorrosionOptions build() {
            return new CorrosionOptions(
                    Objects.requireNonNull(database, "database: where is the SQLite file to be?"),
                    schema,
                    allowDestructiveSchema,
                    name == null ? "node" : name,
                    region,
                    new Cluster(clusterId, host, port, advertisedHost, bootstrap),
                    secret,
                    syncInterval,
                    keepIdentity,
                    synchronous,
                    writeTimeout,
                    queryTimeout,
                    tombstoneRetention,
                    verifyInterval,
                    membership,
                    maxBytesPerSecond,
                    subscriptions,
                    writeRules,
                    acceptedSecrets,
                    certificates,
                    revoked,
                    revokedFile);
        }
    }
}
