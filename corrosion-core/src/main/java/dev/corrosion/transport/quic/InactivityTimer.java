package dev.corrosion.transport.quic;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Fires once, when {@link #touch()} has not been called for a while. Event loop only. */
final class InactivityTimer {

    private final EventExecutor executor;
    private final LongSupplier nanoTime;
    private final long timeoutNanos;
    private final Runnable onTimeout;

    private long touchedAt;
    private boolean stopped;
    private @Nullable ScheduledFuture<?> scheduled;

    InactivityTimer(EventExecutor executor, LongSupplier nanoTime, Duration timeout, Runnable onTimeout) {
        this.executor = executor;
        this.nanoTime = nanoTime;
        this.timeoutNanos = timeout.toNanos();
        this.onTimeout = onTimeout;
        this.touchedAt = nanoTime.getAsLong();
        schedule(timeoutNanos);
    }

    void touch() {
        touchedAt = nanoTime.getAsLong();
    }

    void stop() {
        stopped = true;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    private void schedule(long delayNanos) {
        scheduled = executor.schedule(this::check, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        if (stopped) {
            return;
        }
        // Moving the timer at every touch would cost more than looking once more.
        long remaining = touchedAt + timeoutNanos - nanoTime.getAsLong();
        if (remaining > 0) {
            schedule(remaining);
        } else {
            stopped = true;
            onTimeout.run();
        }
    }
}
