package dev.corrosion.node;

import dev.corrosion.store.Occupation;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread. A task that throws is logged and does not stop the loop. */
final class ThreadLoop implements EventLoop {

    private static final Logger log = LoggerFactory.getLogger(ThreadLoop.class);

    private final ScheduledThreadPoolExecutor executor;
    private final Occupation occupation = new Occupation();

    ThreadLoop(String name) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "corrosion-" + name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            log.debug("the event loop is closed, an event is dropped");
        }
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        scheduleRevocable(delay, task);
    }

    @Override
    public Runnable scheduleRevocable(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> timer = executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException e) {
            log.debug("the event loop is closed, a timer is dropped");
            return () -> {};
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("the event loop did not end within 5 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Occupation occupation() {
        return occupation;
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            occupation.begin();
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("an event could not be handled", e);
            } finally {
                occupation.end();
            }
        };
    }
}
