package dev.corrosion.sync;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;

/** What happens to the scheduler of anti-entropy. */
public sealed interface SyncEvent {

    /** Begin. */
    record Start() implements SyncEvent {}

    /** A member is present that was not, or it has restarted. */
    record PeerUp(ActorId peer, InetSocketAddress address) implements SyncEvent {}

    /** A member is gone. */
    record PeerGone(ActorId peer) implements SyncEvent {}

    /** A peer has something that this node lacks. */
    record LackNoticed(ActorId peer) implements SyncEvent {}

    /** The fetch from this peer is over. */
    record FetchEnded(ActorId peer, boolean complete) implements SyncEvent {}

    /** The timer fired. */
    record Tick() implements SyncEvent {}
}
