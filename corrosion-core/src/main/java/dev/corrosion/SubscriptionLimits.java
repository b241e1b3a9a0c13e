package dev.corrosion;

import java.time.Duration;

/**
 * What subscriptions may take of memory and disk. Immutable; begin with {@link #DEFAULT}.
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

    /** 20 000 subscribers of up to 1 000 000 rows, 10 000 changes in 4 MiB (all queries: 64 MiB) and 10 minutes. */
    public static final SubscriptionLimits DEFAULT = new SubscriptionLimits(
            20_000,
            1_000_000,
            10_000,
            4L << 20,
            Duration.ofMinutes(10),
            64L << 20,
            Duration.ofMinutes(1),
            Duration.ofHours(24),
            1L << 30);

    public SubscriptionLimits {
        requirePositive(subscribers, "max-subscribers");
        requirePositive(rows, "max-rows");
        requirePositive(changes, "kept-changes");
        requirePositive(bytes, "kept-bytes");
        requirePositive(age.toMillis(), "kept-for (in ms)");
        requirePositive(totalBytes, "total-kept-bytes");
        if (linger.isNegative()) {
            throw new IllegalArgumentException("subscription linger must not be negative: " + linger);
        }
        requirePositive(journalAge.toMillis(), "journal-kept-for (in ms)");
        requirePositive(journalBytes, "max-journal-bytes");
    }

    private static void requirePositive(long value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException("subscription " + what + " must be positive: " + value);
        }
    }
}
