package dev.corrosion.sync;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import java.net.InetSocketAddress;
import java.util.Map;

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

    /**
     * A peer was compared with.
     *
     * @param task that of {@link SyncEffect.Compare}
     * @param offered what it holds and this node lacks; no entry without a version
     */
    record Compared(long task, ActorId peer, Map<ActorId, RangeSet> offered) implements SyncEvent {}

    /** A frame of an answer has arrived: the peer is at work. */
    record Progressed(long task, ActorId peer) implements SyncEvent {}

    /**
     * A fetch has ended in order.
     *
     * @param task that of {@link SyncEffect.Fetch}
     * @param left what was asked for and is still missing here; no entry without a version
     */
    record Fetched(long task, ActorId peer, Map<ActorId, RangeSet> left) implements SyncEvent {}

    /** A comparison or a fetch broke off, or could not begin. */
    record Failed(long task, ActorId peer) implements SyncEvent {}

    /** The timer of the random rounds. */
    record Tick() implements SyncEvent {}

    /** Time to see whether a task goes on. */
    record CheckProgress(long task, ActorId peer) implements SyncEvent {}
}
