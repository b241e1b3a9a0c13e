package dev.corrosion;

import java.time.Duration;

/**
 * What subscriptions may take of memory and disk. Immutable.
 *
 * @param subscribers how many there may be at a time; further ones are refused
 * @param rows of one query's result, which is kept in memory; a query with more is refused, or ends
 * @param changes how many are kept of one query, for subscribers that are slow or come back
 * @param bytes the same in bytes, roughly; whichever bound is reached first
 * @param age the same in time
 * @param totalBytes of the changes that are kept of all queries together. When there are more, a query keeps no more than
 *     its share, which is this divided by the number of queries
 * @param linger how long a query without subscribers is kept up to date
 * @param journalAge how long a durable query without subscribers can be come back to
 * @param journalBytes the size of the journal of durable queries from which on further ones are refused
 */
public record SubscriptionLimits(
        int subscribers,
        int rows,
        int changes,
        long bytes,
        Duration age,
        long totalBytes,
        Duration linger,
        Duration journalAge,
        long journalBytes) {

    /** See the single limits. */
    public static final SubscriptionLimits DEFAULT = builder().build();

    public SubscriptionLimits {
        requirePositive(subscribers, "number of subscribers");
        requirePositive(rows, "number of rows");
        requirePositive(changes, "number of changes that are kept");
        requirePositive(bytes, "size of changes that are kept");
        requirePositive(age.toMillis(), "time that changes are kept");
        requirePositive(totalBytes, "size of changes that are kept of all queries");
        if (linger.isNegative()) {
            throw new IllegalArgumentException(
                    "the time that a query without subscribers lingers must not be negative: " + linger);
        }
        requirePositive(journalAge.toMillis(), "time that durable queries are kept");
        requirePositive(journalBytes, "size of the journal");
    }

    private static void requirePositive(long value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException(
                    "the " + what + " must be positive: " + value + "; that is a limit of subscriptions");
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects limits. Not thread-safe. */
    public static final class Builder {

        private int subscribers = 20_000;
        private int rows = 1_000_000;
        private int changes = 10_000;
        private long bytes = 4L << 20;
        private Duration age = Duration.ofMinutes(10);
        private long totalBytes = 64L << 20;
        private Duration linger = Duration.ofMinutes(1);
        private Duration journalAge = Duration.ofHours(24);
        private long journalBytes = 1L << 30;

        private Builder() {}

        /** How many there may be at a time. Default: 20 000. */
        public Builder subscribers(int subscribers) {
            this.subscribers = subscribers;
            return this;
        }

        /** How many rows one result may have. Default: 1 000 000. */
        public Builder rows(int rows) {
            this.rows = rows;
            return this;
        }

        /** How many changes are kept of one query. Default: 10 000. */
        public Builder changes(int changes) {
            this.changes = changes;
            return this;
        }

        /** How many bytes of changes are kept of one query. Default: 4 MiB. */
        public Builder bytes(long bytes) {
            this.bytes = bytes;
            return this;
        }

        /** How long changes are kept. Default: 10 min. */
        public Builder age(Duration age) {
            this.age = age;
            return this;
        }

        /** How many bytes of changes are kept of all queries. Default: 64 MiB. */
        public Builder totalBytes(long totalBytes) {
            this.totalBytes = totalBytes;
            return this;
        }

        /** How long a query without subscribers is kept up to date. Default: 1 min. */
        public Builder linger(Duration linger) {
            this.linger = linger;
            return this;
        }

        /** How long a durable query can be come back to. Default: 24 h. */
        public Builder journalAge(Duration journalAge) {
            this.journalAge = journalAge;
            return this;
        }

        /** The size of the journal from which on further queries are refused. Default: 1 GiB. */
        public Builder journalBytes(long journalBytes) {
            this.journalBytes = journalBytes;
            return this;
        }

        public SubscriptionLimits build() {
            return new SubscriptionLimits(
                    subscribers, rows, changes, bytes, age, totalBytes, linger, journalAge, journalBytes);
        }
    }
}
