package dev.corrosion.node;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Keeps what is sent to all askers together below a number of bytes per second. Thread-safe. */
final class Pace {

    private final long bytesPerSecond;
    private long freeAt;
    private boolean begun;

    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /**
     * So much is sent.
     *
     * @param now in nanoseconds of any origin
     * @return how long to wait before the next
     */
    synchronized Duration sent(long bytes, long now) {
        long from = begun && freeAt - now > 0 ? freeAt : now;
        begun = true;
        freeAt = from + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
        return Duration.ofNanos(freeAt - now);
    }
}
