package dev.corrosion.transport.quic;

/** Bytes that some frames may take together while they arrive. Event loop only. */
final class Allowance {

    private final long bytes;
    private long taken;

    Allowance(long bytes) {
        this.bytes = bytes;
    }

    /** Enough for whatever comes. */
    static Allowance unlimited() {
        return new Allowance(Long.MAX_VALUE);
    }

    /** Returns false, and takes nothing, if there is not so much left. */
    boolean take(int more) {
        if (more > bytes - taken) {
            return false;
        }
        taken += more;
        return true;
    }

    void giveBack(int less) {
        taken -= less;
    }
}
