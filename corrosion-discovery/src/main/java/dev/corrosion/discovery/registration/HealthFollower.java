package dev.corrosion.discovery.registration;

import dev.corrosion.discovery.ServiceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    /**
     * One looks every now and then, one because something has happened, one waits to do so because something has happened
     * since, and one watches the time, whichever of the others hangs.
     */
    private static final int THREADS = 4;

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

    /** The first look is when it is asked for, or after an interval. */
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

    /** What a look that begins now sees; DOWN if that takes longer than it may. */
    HealthReport now() {
        Run now = current();
        return now == null ? HealthReport.UP : now.fresh();
    }

    private final class Run {

        private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "corrosion-health");
            thread.setDaemon(true);
            return thread;
        });

        /** Those who want to know what the next look sees. */
        private final Queue<CompletableFuture<HealthReport>> asking = new ConcurrentLinkedQueue<>();

        private final AtomicBoolean waiting = new AtomicBoolean();

        /** When the look that is going on began, by {@link System#nanoTime}, and 0 if there is none. */
        private final AtomicLong since = new AtomicLong();

        private final Object looking = new Object();
        private final Object telling = new Object();
        private boolean failing;
        private volatile boolean ended;

        @SuppressWarnings("FutureReturnValueIgnored") // neither of the two throws
        Run() {
            long pause = interval.toNanos();
            threads.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.NANOSECONDS);
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
                List<CompletableFuture<HealthReport>> asked = new ArrayList<>();
                for (var next = asking.poll(); next != null; next = asking.poll()) {
                    asked.add(next);
                }
                since.set(Math.max(1, System.nanoTime()));
                HealthReport report = ask();
                synchronized (telling) {
                    since.set(0);
                    tell(report);
                }
                asked.forEach(answer -> answer.complete(report));
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

        private HealthReport fresh() {
            CompletableFuture<HealthReport> answer = new CompletableFuture<>();
            asking.add(answer);
            lookSoon();
            try {
                return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return hangs();
            } catch (ExecutionException | TimeoutException e) {
                log.warn("The health of this application is not known after {}; it counts as DOWN", timeout);
                return hangs();
            }
        }
    }
}
