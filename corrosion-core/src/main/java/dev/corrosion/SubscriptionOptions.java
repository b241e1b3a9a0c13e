package dev.corrosion;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How to subscribe. Immutable; begin with {@link #DEFAULT}.
 *
 * @param onLag what becomes of a subscriber that falls too far behind
 * @param from where an earlier subscription to the same query ended; null for a fresh one
 * @param after what the snapshot must contain; null for whatever is here
 * @param isDurable whether the subscription can be come back to even after the node was not there
 */
public record SubscriptionOptions(
        OnLag onLag, @Nullable Position from, @Nullable After after, boolean isDurable) {

    /** A fresh subscription that fails if its subscriber falls too far behind. */
    public static final SubscriptionOptions DEFAULT = new SubscriptionOptions(OnLag.FAIL, null, null, false);

    /** What becomes of a subscriber when more changes wait for it than are kept. */
    public enum OnLag {
        /** It gets a {@link SubscriptionLagException}, and may subscribe anew. */
        FAIL,
        /** It gets the latest of each row instead of each change. */
        COALESCE
    }

    /**
     * A place in the changes of a query.
     *
     * @param subscription from {@link SubscriptionEvent.Columns}
     * @param changeId the last change that was seen
     */
    public record Position(UUID subscription, long changeId) {}

    /**
     * A transaction that has to be here first.
     *
     * @param actor who wrote it
     * @param version its version
     * @param timeout how long to wait for it, else the flux fails with {@link AwaitTimeoutException}
     */
    public record After(ActorId actor, long version, Duration timeout) {}

    /** A subscriber that falls too far behind gets the latest of each row instead of each change. */
    public SubscriptionOptions coalescing() {
        return new SubscriptionOptions(OnLag.COALESCE, from, after, isDurable);
    }

    /**
     * The subscription outlives the node: {@link #from} goes on where it was also after the node was stopped, has crashed, or has
     * lost its power. For that, what is told is written to a file beside the database first, and subscribers are told when it
     * is on disk; and the first rows are written there, too. Subscriptions to the same query that are durable share one
     * evaluation, apart from those that are not.
     */
    public SubscriptionOptions durable() {
        return new SubscriptionOptions(onLag, from, after, true);
    }

    /**
     * Goes on after a change that was seen: no snapshot, and all changes since. What has changed while nobody followed the
     * query, as when the node was not there, is one step, of unknown cause. The flux fails with {@link
     * SubscriptionLostException} if the changes are not kept any more, or if the node was started since and the subscription
     * was not {@link #durable}.
     */
    public SubscriptionOptions from(UUID subscription, long changeId) {
        return new SubscriptionOptions(onLag, new Position(subscription, changeId), after, isDurable);
    }

    /** Waits for a transaction first, such as one's own, so that the snapshot contains it. */
    public SubscriptionOptions after(ActorId actor, long version, Duration timeout) {
        return new SubscriptionOptions(onLag, from, new After(actor, version, timeout), isDurable);
    }
}
