package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that writes, and the queue before it. */
final class Writer implements AutoCloseable {

    /** How many transactions wait at most. */
    static final int MAX_QUEUED_WRITES = 4096;

    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    private final Connection connection;
    private final ConnectionSetup setup;
    private final PreparedStatements statements;
    private final Thread thread;

    /** Guarded by itself, as are {@link #closing} and {@link #failure}. */
    private final ArrayDeque<Job<?>> queue = new ArrayDeque<>();

    private boolean closing;

    /** What ended the thread before its time. */
    private @Nullable Throwable failure;

    Writer(Connection connection, ConnectionSetup setup) {
        this.connection = connection;
        this.setup = setup;
        this.statements = new PreparedStatements(connection);
        this.thread = new Thread(this::work, "corrosion-writer");
        thread.setDaemon(true);
        thread.start();
    }

    private record Job<T>(WriteTask<T> task, CompletableFuture<T> future) {}

    /** @param maxQueued the task is refused if so many wait already */
    <T> CompletableFuture<T> submit(WriteTask<T> task, int maxQueued) {
        CompletableFuture<T> future = new CompletableFuture<>();
        synchronized (queue) {
            if (failure != null) {
                future.completeExceptionally(ended(failure));
            } else if (closing) {
                future.completeExceptionally(new DatabaseClosedException("the database is closed"));
            } else if (queue.size() >= maxQueued) {
                future.completeExceptionally(
                        new OverloadedException("overloaded: " + maxQueued + " writes are waiting; try again later"));
            } else {
                queue.add(new Job<>(task, future));
                queue.notifyAll();
            }
        }
        return future;
    }

    private void work() {
        Job<?> job = null;
        try {
            for (job = next(); job != null; job = next()) {
                perform(job);
            }
        } catch (Throwable e) {
            abandon(job, e);
        } finally {
            finish();
        }
    }

    /** What ended the thread before its time, if something has. */
    Optional<Throwable> failure() {
        synchronized (queue) {
            return Optional.ofNullable(failure);
        }
    }

    /** The thread ends although nobody closed the database: nobody may wait for it. */
    private void abandon(@Nullable Job<?> running, Throwable cause) {
        List<Job<?>> waiting;
        synchronized (queue) {
            failure = cause;
            waiting = List.copyOf(queue);
            queue.clear();
        }
        if (running != null) {
            running.future().completeExceptionally(ended(cause));
        }
        waiting.forEach(job -> job.future().completeExceptionally(ended(cause)));
        log.error("the writer of the database ended; nothing can be written until the node is opened again", cause);
    }

    private static DatabaseClosedException ended(Throwable cause) {
        return new DatabaseClosedException(
                "the writer of the database ended by " + cause.getClass().getName() + "; open the node again", cause);
    }

    private @Nullable Job<?> next() {
        synchronized (queue) {
            while (queue.isEmpty() && !closing) {
                try {
                    queue.wait();
                } catch (InterruptedException e) {
                    // The thread is ours and ends by close(); a task's stray interrupt must not end it.
                    log.debug("the writer was interrupted", e);
                }
            }
            return queue.poll();
        }
    }

    private <T> void perform(Job<T> job) {
        T result;
        try {
            result = transact(job.task());
        } catch (SQLException e) {
            job.future().completeExceptionally(new CorrosionException(SqlErrors.reason(e), e));
            return;
        } catch (Throwable e) {
            job.future().completeExceptionally(e);
            return;
        }
        try {
            setup.committed();
            job.task().committed(result);
        } catch (Throwable e) {
            job.future()
                    .completeExceptionally(new CorrosionException("committed, but what was to follow failed: " + e, e));
            log.error("a transaction is committed, but what was to follow in memory failed", e);
            return;
        }
        job.future().complete(result);
    }

    private <T> T transact(WriteTask<T> task) throws SQLException {
        T result;
        statements.get("BEGIN IMMEDIATE").execute();
        try {
            result = task.run(connection);
            statements.get("COMMIT").execute();
        } catch (Throwable e) {
            rollBack(e);
            throw e;
        }
        return result;
    }

    /** SQLite may have rolled back by itself, for instance when the disk is full; then there is nothing left to do. */
    private void rollBack(Throwable cause) {
        try {
            PreparedStatement rollback = statements.get("ROLLBACK");
            rollback.execute();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        } finally {
            setup.rolledBack();
        }
    }

    private void finish() {
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet busy = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            if (busy.next() && busy.getInt(1) != 0) {
                log.info("the WAL stays beside the database: another program is reading it");
            }
        } catch (SQLException e) {
            log.warn("the database did not close cleanly; nothing is lost, SQLite repairs it when it is opened", e);
        }
    }

    @Override
    public void close() {
        synchronized (queue) {
            closing = true;
            queue.notifyAll();
        }
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("the database cannot be closed from its own writer thread");
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
