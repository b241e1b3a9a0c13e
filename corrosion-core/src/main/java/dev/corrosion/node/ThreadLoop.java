package dev.corrosion.node;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread. A task that throws is logged and does not stop the loop. */
final class ThreadLoop implements EventLoop {

    private static final Logger log = LoggerFactory.getLogger(ThreadLoop.class);

    private final ScheduledExecutorService executor;

    ThreadLoop(String name) {
        executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "corrosion-" + name);
            thread.setDaemon(true);
            return thread;
        });
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
    @SuppressWarnings("FutureReturnValueIgnored") // timers are never cancelled: one that no longer fits is ignored
    public void schedule(Duration delay, Runnable task) {
        try {
            executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("the event loop is closed, a timer is dropped");
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

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("an event could not be handled", e);
            }
        };
    }
}
