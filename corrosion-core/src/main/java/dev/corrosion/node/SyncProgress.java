package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.NodeActivity;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.RangeSet;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far anti-entropy has got since the node was opened. What the first peer had when it was compared is the mark that this
 * node has to reach: a later one moves on as long as anybody writes. Thread-safe.
 */
final class SyncProgress {

    private final Ledger ledger;
    private final Clock clock;

    /** Guarded by this, as is all that follows. */
    private long completed;

    private long failed;
    private @Nullable Instant last;

    /** What the first peer had and this node had not; null before that, empty when it is here. */
    private @Nullable Map<ActorId, RangeSet> missing;

    SyncProgress(Ledger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /** @param lacking what the peer holds and this node does not */
    synchronized void compared(Map<ActorId, RangeSet> lacking) {
        completed++;
        last = clock.instant();
        if (missing == null) {
            missing = Map.copyOf(lacking);
        }
    }

    synchronized void failed() {
        failed++;
    }

    private synchronized boolean isSynced() {
        Map<ActorId, RangeSet> wanted = missing;
        if (wanted != null && !wanted.isEmpty() && wanted.entrySet().stream().allMatch(this::isHere)) {
            missing = Map.of();
        }
        return missing != null && missing.isEmpty();
    }

    private boolean isHere(Map.Entry<ActorId, RangeSet> versions) {
        return versions.getValue().minus(ledger.of(versions.getKey()).applied()).isEmpty();
    }

    synchronized NodeActivity.Sync status() {
        return new NodeActivity.Sync(completed, failed, Optional.ofNullable(last), isSynced());
    }
}
