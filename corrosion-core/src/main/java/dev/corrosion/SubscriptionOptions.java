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
 */
public record SubscriptionOptions(
        OnLag onLag, @Nullable Position from, @Nullable After after) {

    /** A fresh subscription that fails if its subscriber falls too far behind. */
    public static final SubscriptionOptions DEFAULT = new SubscriptionOptions(OnLag.FAIL, null, null);

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
        return new SubscriptionOptions(OnLag.COALESCE, from, after);
    }

    /**
     * Goes on after a change that was seen: no snapshot, and all changes since. The flux fails with {@link
     * SubscriptionLostException} if they are not kept any more, as after a restart of the node.
     */
    public SubscriptionOptions from(UUID subscription, long changeId) {
        return new SubscriptionOptions(onLag, new Position(subscription, changeId), after);
    }

    /** Waits for a transaction first, such as one's own, so that the snapshot contains it. */
    public SubscriptionOptions after(ActorId actor, long version, Duration timeout) {
        return new SubscriptionOptions(onLag, from, new After(actor, version, timeout));
    }
}
