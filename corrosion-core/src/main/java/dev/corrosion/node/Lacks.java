package dev.corrosion.node;

import dev.corrosion.ActorId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Peers whose horizon of collected tombstones does not fit this node's, and since when each has been seen so. It takes a while until
 * that means anything: horizons travel, too. Thread-safe.
 */
final class Lacks {

    /** Peers that are remembered at most. Whoever has the secret can ask in any name. */
    static final int MAX_PEERS = 4096;

    private final long graceNanos;
    private final Map<ActorId, Lack> lacks = new HashMap<>();

    /**
     * What is seen of a peer.
     *
     * @param parted whether neither can go on without a person's decision
     */
    private record Lack(long since, long lastSeen, boolean parted) {}

    /** @param grace after which it lasts */
    Lacks(Duration grace) {
        this.graceNanos = grace.toNanos();
    }

    /**
     * It is seen of a peer, once more; returns whether it lasts. If too many are remembered, those go that have not been seen for the
     * grace; while none does, others are not noted.
     */
    synchronized boolean note(ActorId peer, long now, boolean parted) {
        Lack known = lacks.get(peer);
        if (known == null && lacks.size() >= MAX_PEERS) {
            lacks.values().removeIf(lack -> now - lack.lastSeen() >= graceNanos);
            if (lacks.size() >= MAX_PEERS) {
                return false;
            }
        }
        Lack lack = new Lack(known == null ? now : known.since(), now, parted);
        lacks.put(peer, lack);
        return isLasting(lack);
    }

    /** All is well with this one. */
    synchronized void forget(ActorId peer) {
        lacks.remove(peer);
    }

    synchronized void clear() {
        lacks.clear();
    }

    /** One from which this node is parted, and has been for long. */
    synchronized Optional<ActorId> parted() {
        return lacks.entrySet().stream()
                .filter(entry -> entry.getValue().parted() && isLasting(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private boolean isLasting(Lack lack) {
        return lack.lastSeen() - lack.since() >= graceNanos;
    }
}
