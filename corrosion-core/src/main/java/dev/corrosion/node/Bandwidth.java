package dev.corrosion.node;

import dev.corrosion.broadcast.BroadcastOptions;

/**
 * What a node may send of changes and copies in any second, and how that is divided: half for what it pushes, half for what
 * it is asked for, so that neither keeps the other waiting.
 *
 * @param bytesPerSecond of both together, bursts included
 */
record Bandwidth(long bytesPerSecond) {

    /** What leaves at once, at most, after a pause. */
    private static final long MAX_BURST_BYTES = 1L << 20;

    /** A burst and all that the rate allows in the second after it are a half. */
    private long rate() {
        return bytesPerSecond / 2 - burst();
    }

    private long burst() {
        return Math.min(MAX_BURST_BYTES, bytesPerSecond / 8);
    }

    BroadcastOptions pushed() {
        return BroadcastOptions.DEFAULT.withRate(rate(), burst());
    }

    /** The pace of answers. */
    Pace answered() {
        return new Pace(rate(), burst());
    }

    /** Frames of answers are to be no larger: one that is exceeds the pace for once. */
    int frameBytes(int wanted) {
        return (int) Math.min(wanted, burst());
    }
}
