package dev.corrosion.store;

import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when what was committed is on disk, where COMMIT does not wait for that: flushes the WAL beside the writer, once
 * for all that were committed since the last time. SQLite flushes both files whenever it moves the WAL's content, so what
 * is no longer in the WAL is on disk, too. Safe for any thread.
 */
final class Durability implements AutoCloseable {

    /** How many tasks wait at most; beyond, the writer waits for the disk. */
    private static final int MAX_WAITING = 8192;

    private static final Logger log = LoggerFactory.getLogger(Durability.class);

    private final FileChannel wal;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;

    /** Guarded by itself, as are the fields that follow. */
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    private boolean closing;
    private @Nullable Throwable failure;

    /**
     * Closes the channel at its end.
     *
     * @param onFailure called once, on another thread, if nothing more is known to reach the disk
     */
    Durability(FileChannel wal, Consumer<Throwable> onFailure) {
        this.wal = wal;
        this.onFailure = onFailure;
        this.thread = new Thread(this::work, "corrosion-durability");
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs the task, after those before it, once everything that is committed now is on disk. It must not block. */
    void whenDurable(Runnable task) {
        synchronized (waiting) {
            boolean interrupted = false;
            while (waiting.size() >= MAX_WAITING && failure == null && !closing) {
                interrupted |= !await();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure == null) {
                waiting.add(task);
                waiting.notifyAll();
            }
        }
    }

    /** Why nothing more is known to reach the disk, if so. */
    Optional<Throwable> failure() {
        synchronized (waiting) {
            return Optional.ofNullable(failure);
        }
    }

    private void work() {
        try (wal) {
            for (List<Runnable> batch = next(); !batch.isEmpty(); batch = next()) {
                wal.force(false);
                batch.forEach(Durability::run);
            }
        } catch (Throwable e) { // an Error, too, must not leave the writer waiting for a thread that is gone
            fail(e);
        }
    }

    private void fail(Throwable e) {
        onFailure.accept(e);
        synchronized (waiting) {
            failure = e;
            waiting.clear();
            waiting.notifyAll();
        }
        log.error("what was written cannot be brought to the disk, or what follows cannot be told", e);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("what was to follow when a commit is on disk failed", e);
        }
    }

    /** All that wait; none if the database closes. */
    private List<Runnable> next() {
        synchronized (waiting) {
            while (waiting.isEmpty() && !closing) {
                await();
            }
            List<Runnable> batch = List.copyOf(waiting);
            waiting.clear();
            waiting.notifyAll();
            return batch;
        }
    }

    /** False if the thread was interrupted. */
    private boolean await() {
        try {
            waiting.wait();
            return true;
        } catch (InterruptedException e) {
            return false; // who waits here ends by close, not by a stray interrupt
        }
    }

    /** Runs what waits. */
    @Override
    public void close() {
        synchronized (waiting) {
            closing = true;
            waiting.notifyAll();
        }
        Threads.awaitEnd(thread);
    }
}
