package dev.corrosion.sync;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;

/** What the scheduler knows of one peer. */
final class SyncPeer {

    enum Phase {
        IDLE,
        COMPARING,
        FETCHING
    }

    final ActorId id;
    final InetSocketAddress address;
    final ChunkSize chunk = new ChunkSize();

    Phase phase = Phase.IDLE;

    /** The task of the phase, if it is not idle. */
    long task;

    long begunAt;
    long progressedAt;

    /** To be compared with when there is time. */
    boolean wanted;

    /** It has shown something that is missing here. */
    boolean lacking;

    int failures;
    long restUntil;

    /** What it holds and this node lacks, as far as is known. */
    final Map<ActorId, RangeSet> offers = new TreeMap<>();

    /** What is asked of it now, and of nobody else. */
    Map<ActorId, RangeSet> claim = Map.of();

    SyncPeer(ActorId id, InetSocketAddress address) {
        this.id = id;
        this.address = address;
    }

    boolean isBusy() {
        return phase != Phase.IDLE;
    }

    boolean isResting(long now) {
        return failures > 0 && now - restUntil < 0;
    }

    void begin(Phase phase, long task, long now) {
        this.phase = phase;
        this.task = task;
        this.begunAt = now;
        this.progressedAt = now;
    }

    void end() {
        phase = Phase.IDLE;
        claim = Map.of();
    }

    /** Nothing of this is expected from it any more. */
    void forget(Map<ActorId, RangeSet> versions) {
        Ranges.subtract(offers, versions);
    }
}
