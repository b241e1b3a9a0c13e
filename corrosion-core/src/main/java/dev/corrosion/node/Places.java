package dev.corrosion.node;

import dev.corrosion.ActorId;
import java.util.HashMap;
import java.util.Map;

/** Bounds what is at work, or waits, for peers: in all, and for each of them, so that none takes the places of the others. Thread-safe. */
final class Places {

    private final int total;
    private final int ofAPeer;

    /** Guarded by this, as is {@link #taken}; who has nothing is not in it. */
    private final Map<ActorId, Integer> byPeer = new HashMap<>();

    private int taken;

    Places(int total, int ofAPeer) {
        this.total = total;
        this.ofAPeer = ofAPeer;
    }

    /** Takes one; false if there is none. */
    boolean take(ActorId peer) {
        return take(peer, 1);
    }

    /** Takes so many at once, or none. One who has nothing yet gets what fits in all, however much it is. */
    synchronized boolean take(ActorId peer, int places) {
        int has = byPeer.getOrDefault(peer, 0);
        if ((taken > 0 && places > total - taken) || (has > 0 && places > ofAPeer - has)) {
            return false;
        }
        taken += places;
        byPeer.put(peer, has + places);
        return true;
    }

    /** Gives one back. */
    void free(ActorId peer) {
        free(peer, 1);
    }

    /** Gives back what was taken at once. */
    synchronized void free(ActorId peer, int places) {
        taken -= places;
        byPeer.computeIfPresent(peer, (id, has) -> has == places ? null : has - places);
    }

    /** How many are taken. */
    synchronized int taken() {
        return taken;
    }
}
