package dev.corrosion.node;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps what is sent to all askers together below a number of bytes per second, by the generic cell rate algorithm. In any
 * second at most a burst and the bytes of a second leave. Thread-safe.
 */
final class Pace {

    private final long bytesPerSecond;
    private final long burstNanos;
    private long paidAt;
    private boolean begun;

    /** Without bursts. */
    Pace(long bytesPerSecond) {
        this(bytesPerSecond, 0);
    }

    /** @param burstBytes what may leave at once after a pause */
    Pace(long bytesPerSecond, long burstBytes) {
        this.bytesPerSecond = bytesPerSecond;
        this.burstNanos = nanos(burstBytes);
    }

    /**
     * So much is sent.
     *
     * @param now in nanoseconds of any origin
     * @return how long to wait before the next
     */
    synchronized Duration sent(long bytes, long now) {
        take(nanos(bytes), now);
        return Duration.ofNanos(Math.max(0, paidAt - burstNanos - now));
    }

    /**
     * So much is to be sent; who says so first is first. What is larger than a burst leaves as a whole once all before it
     * is paid for.
     *
     * @param now in nanoseconds of any origin
     * @return how long to wait before it is sent
     */
    synchronized Duration toSend(long bytes, long now) {
        long cost = nanos(bytes);
        take(cost, now);
        return Duration.ofNanos(Math.max(0, paidAt - Math.max(burstNanos, cost) - now));
    }

    private void take(long cost, long now) {
        long from = begun && paidAt - now > 0 ? paidAt : now;
        begun = true;
        paidAt = from + cost;
    }

    private long nanos(long bytes) {
        return (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
    }
}
