package dev.corrosion.http;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The threads that wait for the database, so that no other has to. */
final class Workers implements AutoCloseable {

    /** More would only wait: the node has one writer, and 16 readers for results that are streamed. */
    static final int THREADS = 16;

    private static final int SHUTDOWN_SECONDS = 5;

    private final ExecutorService executor;
    private final Scheduler scheduler;

    /** @param requests how many are worked on at a time: each has one task here, and may leave one behind */
    Workers(int requests) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(2 * requests), task -> {
                    Thread thread = new Thread(task, "corrosion-http-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        this.executor = pool;
        this.scheduler = Schedulers.fromExecutor(pool, true);
    }

    /** Runs it when it is subscribed to, unless nobody wants it any more when its turn comes. */
    <T> Mono<T> call(Callable<T> task) {
        return Mono.create(sink -> {
            try {
                AtomicInteger cancelled = new AtomicInteger();
                sink.onCancel(cancelled::incrementAndGet);
                executor.execute(() -> {
                    if (cancelled.get() == 0) {
                        try {
                            sink.success(task.call());
                        } catch (Throwable e) { // whatever it is, somebody waits for it
                            sink.error(e);
                        }
                    }
                });
            } catch (RejectedExecutionException e) {
                sink.error(ApiException.overloaded("too many requests wait for the database"));
            }
        });
    }

    /** The same threads for reactive operators; tasks of one worker run one after the other. */
    Scheduler scheduler() {
        return scheduler;
    }

    /** Runs it, here if need be. */
    void release(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** Lets what was begun end. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            executor.shutdownNow();
        }
    }
}
