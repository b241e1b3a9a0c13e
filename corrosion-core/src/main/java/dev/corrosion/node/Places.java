package dev.corrosion.node;

import dev.corrosion.ActorId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bounds what is at work, or waits, for peers: in all, and for each of them, so that none takes the places of the others. Thread-safe. */
final class Places {

    private static final Logger log = LoggerFactory.getLogger(Places.class);

    /** Lines on peers that want more than their share, in each {@link PeerLog#QUIET}. */
    static final int MAX_LINES = 3;

    private final int total;
    private final int ofAPeer;
    private final String what;
    private final PeerLog lines;

    /** Guarded by this, as is {@link #taken}; who has nothing is not in it. */
    private final Map<ActorId, Integer> byPeer = new HashMap<>();

    private int taken;

    /**
     * None is taken yet.
     *
     * @param what they are for, for people
     */
    Places(int total, int ofAPeer, String what, LongSupplier nanoTime) {
        this.total = total;
        this.ofAPeer = ofAPeer;
        this.what = what;
        this.lines = new PeerLog(log, MAX_LINES, nanoTime);
    }

    /** Takes one; false if there is none. */
    boolean take(ActorId peer) {
        return take(peer, 1);
    }

    /** Takes so many at once, or none. One who has nothing yet gets what fits in all, however much it is. */
    synchronized boolean take(ActorId peer, int places) {
        int has = byPeer.getOrDefault(peer, 0);
        if (has > 0 && places > ofAPeer - has) {
            lines.warn("member {} has {} {} at a time, and wants more: turned away", peer, has, what);
            return false;
        }
        if (taken > 0 && places > total - taken) {
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
