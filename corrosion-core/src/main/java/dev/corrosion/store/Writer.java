package dev.corrosion.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that writes. */
final class Writer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    private final Connection connection;
    private final ConnectionSetup setup;
    private final Watchdog watchdog;
    private final Checkpoints checkpoints;
    private final WriteQueue queue = new WriteQueue();
    private final GroupCommit commits;
    private final Occupation occupation = new Occupation();
    private final Thread thread;

    /** What ended the thread before its time. */
    private volatile @Nullable Throwable failure;

    /** What has happened elsewhere, for which the thread has to end. */
    private volatile @Nullable Throwable told;

    /** @param commitLock held while something is committed and memory follows */
    Writer(Connection connection, ConnectionSetup setup, Watchdog watchdog, Checkpoints checkpoints, Lock commitLock) {
        this.connection = connection;
        this.setup = setup;
        this.watchdog = watchdog;
        this.checkpoints = checkpoints;
        this.commits = new GroupCommit(connection, setup, queue, commitLock);
        this.thread = new Thread(this::work, "corrosion-writer");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param timeout how long it may wait and run; null for no bound */
    <T> CompletableFuture<T> submit(WriteTask<T> task, Lane lane, @Nullable Duration timeout) {
        return new Job<>(task, lane, timeout, queue, watchdog).submit();
    }

    private void work() {
        try {
            for (Job<?> job = queue.next(); job != null; job = queue.next()) {
                long begun = System.nanoTime();
                occupation.begin();
                commits.run(job);
                queue.spent(job.lane(), System.nanoTime() - begun);
                if (told == null) {
                    checkpoints.afterTransaction();
                }
                occupation.end();
            }
            Throwable cause = told;
            if (cause != null) {
                abandon(cause);
            }
        } catch (Throwable e) {
            abandon(e);
        } finally {
            occupation.end();
            finish();
        }
    }

    /**
     * The disk cannot be relied on, as was found elsewhere: what runs may end, nothing else is written. Any thread.
     */
    void end(Throwable cause) {
        told = cause;
        queue.stop();
    }

    /** What the thread is at. */
    Occupation occupation() {
        return occupation;
    }

    DatabaseLoad load(long fileBytes, long walBytes) {
        return new DatabaseLoad(
                fileBytes,
                walBytes,
                queue.waiting(Lane.LOCAL),
                Lane.LOCAL.maxWaiting,
                queue.waiting(Lane.APPLY),
                queue.waiting(Lane.MAINTENANCE),
                Lane.MAINTENANCE.maxWaiting,
                commits.trouble());
    }

    /** What ended the thread before its time, if something has. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** The thread ends although nobody closed the database: nobody may wait for it. */
    private void abandon(Throwable cause) {
        failure = cause;
        List<Job<?>> left = new ArrayList<>(commits.unsettled());
        left.addAll(queue.end(() -> ended(cause)));
        left.forEach(job -> job.fail(ended(cause)));
        log.error("the writer of the database ended; nothing can be written until the node is opened again", cause);
    }

    private static DatabaseClosedException ended(Throwable cause) {
        String why;
        if (cause instanceof SQLException e && SqlErrors.endsWriting(e)) {
            why = SqlErrors.explain(e);
        } else if (cause instanceof IOException) {
            why = "a failed flush of the WAL: " + cause + SqlErrors.DISK_FAILED;
        } else {
            why = cause.getClass().getName() + "; open the node again";
        }
        return new DatabaseClosedException("nothing can be written any more: the writer ended by " + why, cause);
    }

    private void finish() {
        boolean complete = false;
        try (connection) {
            if (failure == null) {
                setup.closing(connection);
                complete = checkpoints.last();
            }
        } catch (SQLException e) {
            log.warn("the database did not close cleanly; nothing is lost, SQLite repairs it when it is opened", e);
        } finally {
            setup.closed(complete);
        }
    }

    @Override
    public void close() {
        queue.close();
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("the database cannot be closed from its own writer thread");
        }
        Threads.awaitEnd(thread);
    }
}
