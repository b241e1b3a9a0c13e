package dev.corrosion.sync;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;
import java.time.Duration;

/** What the scheduler of anti-entropy wants done. */
public sealed interface SyncEffect {

    /** Ask this peer for everything that is missing here. */
    record Fetch(ActorId peer, InetSocketAddress address) implements SyncEffect {}

    /** Come back with a {@link SyncEvent.Tick}. */
    record StartTimer(Duration delay) implements SyncEffect {}
}
