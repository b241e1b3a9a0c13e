package dev.corrosion.subscription;

import dev.corrosion.SubscriptionLimits;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * How much of the changes of queries may be kept: of one, and of all together. While all keep more than they may, none keeps
 * more than its share of that. Safe for any thread.
 */
final class KeptChanges {

    private final SubscriptionLimits limits;
    private final AtomicLong bytes = new AtomicLong();
    private final IntSupplier queries;

    /** @param queries how many there are */
    KeptChanges(SubscriptionLimits limits, IntSupplier queries) {
        this.limits = limits;
        this.queries = queries;
    }

    /** A query keeps so much more, or less. */
    void bytes(long more) {
        bytes.addAndGet(more);
    }

    /** Whether a query keeps too much that has so many changes of so many bytes, the oldest of this age. */
    boolean isTooMuch(int changes, long size, long ageNanos) {
        return changes > limits.changes()
                || size > limits.bytes()
                || ageNanos > limits.age().toNanos()
                || (bytes.get() > limits.totalBytes() && size > limits.totalBytes() / Math.max(1, queries.getAsInt()));
    }
}
