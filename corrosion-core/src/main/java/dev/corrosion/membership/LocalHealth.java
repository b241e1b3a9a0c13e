package dev.corrosion.membership;

/**
 * What this node holds of itself: the local health multiplier of Lifeguard, and whether it has just been stopped. A node
 * in doubt of itself probes more slowly and waits longer.
 *
 * <p>Beyond Lifeguard, a timer that fires late proves that this node did not run: what it missed meanwhile is nobody
 * else's fault. Until it has had time to hear of it, it declares nobody down and takes no probe for failed.
 */
final class LocalHealth {

    private final Lifeguard lifeguard;
    private final int maxMultiplier;
    private int score;
    private boolean stopped;
    private long recoveredAt;

    LocalHealth(Lifeguard lifeguard, int maxMultiplier) {
        this.lifeguard = lifeguard;
        this.maxMultiplier = maxMultiplier;
    }

    /** By how much probes are stretched, from 1. */
    int multiplier() {
        return score + 1;
    }

    void better() {
        score = Math.max(0, score - 1);
    }

    void worse(int by) {
        if (lifeguard.isOn()) {
            score = Math.min(maxMultiplier - 1, score + by);
        }
    }

    /**
     * A timer fires now that was to fire then.
     *
     * @param tolerance how much later is nothing to worry about
     * @param recovery how long to hold back if it is more
     */
    void fires(long now, long due, long tolerance, long recovery) {
        if (lifeguard.isOn() && now - due > tolerance) {
            worse(1);
            stopped = true;
            recoveredAt = now + recovery;
        }
    }

    /** Whether this node was stopped a short time ago. */
    boolean isRecovering(long now) {
        return stopped && now - recoveredAt < 0;
    }

    /** When {@link #isRecovering} ends. */
    long recoveredAt() {
        return recoveredAt;
    }
}
