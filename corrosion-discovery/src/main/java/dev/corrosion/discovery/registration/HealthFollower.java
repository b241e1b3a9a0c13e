package dev.corrosion.discovery.registration;

import dev.corrosion.discovery.ServiceStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the health of the application again and again, and tells what it sees. One thread looks; another one says DOWN
 * when it does not come back in time.
 */
final class HealthFollower {

    /** One looks, one waits to look because something has happened, one watches the time. */
    private static final int THREADS = 3;

    private static final Logger log = LoggerFactory.getLogger(HealthFollower.class);

    private final ApplicationHealth health;
    private final Duration interval;
    private final Duration timeout;
    private final Consumer<HealthReport> listener;
    private @Nullable Run run;

    /**
     * Begins with {@link #start}.
     *
     * @param interval between the end of a look and the next
     * @param timeout how long a look may take
     * @param listener is told of every report, also while it stays the same; if it fails it is told again
     */
    HealthFollower(ApplicationHealth health, Duration interval, Duration timeout, Consumer<HealthReport> listener) {
        this.health = health;
        this.interval = interval;
        this.timeout = timeout;
        this.listener = listener;
    }

    synchronized void start() {
        if (run == null) {
            run = new Run();
        }
    }

    synchronized void stop() {
        if (run != null) {
            run.end();
            run = null;
        }
    }

    /** Looks as soon as it can. */
    void look() {
        Run now = current();
        if (now != null) {
            now.lookSoon();
        }
    }

    private synchronized @Nullable Run current() {
        return run;
    }

    /** The last report; waits for the first one, but not for longer than a look may take. */
    HealthReport last() {
        Run now = current();
        return now == null ? HealthReport.UP : now.last();
    }

    private final class Run {

        private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "corrosion-health");
            thread.setDaemon(true);
            return thread;
        });
        private final CompletableFuture<HealthReport> first = new CompletableFuture<>();
        private final AtomicBoolean waiting = new AtomicBoolean();

        /** When the look that is going on began, by {@link System#nanoTime}, and 0 if there is none. */
        private final AtomicLong since = new AtomicLong();

        private final Object looking = new Object();
        private final Object telling = new Object();
        private boolean failing;
        private volatile boolean ended;
        private volatile @Nullable HealthReport last;

        @SuppressWarnings("FutureReturnValueIgnored") // neither of the two throws
        Run() {
            long pause = interval.toNanos();
            threads.scheduleWithFixedDelay(this::look, 0, pause, TimeUnit.NANOSECONDS);
            threads.scheduleWithFixedDelay(this::watch, pause, pause, TimeUnit.NANOSECONDS);
        }

        private void lookSoon() {
            if (waiting.compareAndSet(false, true)) {
                try {
                    threads.execute(this::look);
                } catch (RejectedExecutionException e) {
                    log.trace("stopped meanwhile", e);
                }
            }
        }

        private void look() {
            synchronized (looking) {
                waiting.set(false);
                since.set(Math.max(1, System.nanoTime()));
                HealthReport report = ask();
                synchronized (telling) {
                    since.set(0);
                    tell(report);
                }
            }
        }

        /** A look that is going on is not interrupted: some databases would not survive that. It is not heard any more. */
        private void end() {
            ended = true;
            threads.shutdown();
        }

        private HealthReport ask() {
            try {
                return health.check();
            } catch (RuntimeException | Error e) { // whatever it is, there is a next look
                log.debug("the health of the application cannot be found out", e);
                return new HealthReport(
                        ServiceStatus.DOWN, "health check: " + e.getClass().getSimpleName());
            }
        }

        private void watch() {
            synchronized (telling) {
                long began = since.get();
                if (began != 0 && System.nanoTime() - began >= timeout.toNanos()) {
                    tell(hangs());
                }
            }
        }

        private HealthReport hangs() {
            return new HealthReport(
                    ServiceStatus.DOWN, "the health check has not answered for " + timeout.toMillis() + " ms");
        }

        private void tell(HealthReport report) {
            if (ended) {
                return;
            }
            last = report;
            first.complete(report);
            try {
                listener.accept(report);
                failing = false;
            } catch (RuntimeException e) {
                if (!failing) {
                    log.warn("The status of this instance cannot be written at present; will try again", e);
                }
                failing = true;
            }
        }

        private HealthReport last() {
            HealthReport known = last;
            if (known != null) {
                return known;
            }
            try {
                return first.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return hangs();
            } catch (ExecutionException | TimeoutException e) {
                log.warn("The health of this application is not known after {}; it is registered as DOWN", timeout);
                return hangs();
            }
        }
    }
}
