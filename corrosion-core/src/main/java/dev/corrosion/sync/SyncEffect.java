package dev.corrosion.sync;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/** What the scheduler of anti-entropy wants done. */
public sealed interface SyncEffect {

    /**
     * Find out what this peer has that is missing here; ends with {@link SyncEvent.Compared} or {@link SyncEvent.Failed}.
     *
     * @param lacking whether it is known to have something
     */
    record Compare(long task, ActorId peer, InetSocketAddress address, boolean lacking) implements SyncEffect {}

    /** Fetch these versions; ends with {@link SyncEvent.Fetched} or {@link SyncEvent.Failed}. */
    record Fetch(long task, ActorId peer, InetSocketAddress address, Map<ActorId, RangeSet> wanted)
            implements SyncEffect {}

    /** Nobody waits for this task any more. */
    record Cancel(long task) implements SyncEffect {}

    /** Come back with this event. */
    record StartTimer(Duration delay, SyncEvent event) implements SyncEffect {}
}
