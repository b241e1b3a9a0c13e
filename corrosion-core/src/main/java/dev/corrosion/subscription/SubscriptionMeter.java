package dev.corrosion.subscription;

/** Hears what subscriptions cost, in nanoseconds. Any thread; must not block. */
public interface SubscriptionMeter {

    /** A query was evaluated, in whole or in part. */
    void evaluated(long nanos);

    /** All queries that follow changed rows have followed a commit that concerned some, so long after it. */
    void followed(long nanos);
}
