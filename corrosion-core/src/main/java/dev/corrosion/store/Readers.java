package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/** A bounded pool of connections that cannot write. They are opened when needed and kept. */
final class Readers implements AutoCloseable {

    /** How many reads run at the same time. */
    static final int MAX_READERS = 8;

    /** How long a read waits for its turn. */
    static final long WAIT_SECONDS = 30;

    /** How long {@link #close} waits for running reads before it interrupts them. */
    private static final long CLOSE_WAIT_SECONDS = 5;

    private static final Logger log = LoggerFactory.getLogger(Readers.class);

    private final Path file;
    private final Semaphore permits = new Semaphore(MAX_READERS, true);
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final Set<Connection> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Readers(Path file) {
        this.file = file;
    }

    <T> T read(ReadTask<T> task) {
        acquire();
        try {
            Connection connection = idle.pollFirst();
            if (connection == null) {
                connection = Connections.reader(file);
            }
            busy.add(connection);
            boolean reusable = false;
            try {
                T result = snapshot(connection, task);
                reusable = true;
                return result;
            } catch (SQLException e) {
                throw new CorrosionException(SqlErrors.reason(e), e);
            } finally {
                busy.remove(connection);
                giveBack(connection, reusable);
            }
        } finally {
            permits.release();
        }
    }

    private void acquire() {
        try {
            if (closed) {
                throw new DatabaseClosedException("the database " + file + " is closed");
            }
            if (!permits.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new OverloadedException("overloaded: all " + MAX_READERS + " readers of " + file
                        + " were busy for " + WAIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CorrosionException("interrupted while waiting to read " + file, e);
        }
        if (closed) {
            permits.release();
            throw new DatabaseClosedException("the database " + file + " is closed");
        }
    }

    private static <T> T snapshot(Connection connection, ReadTask<T> task) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            try {
                return task.run(connection);
            } finally {
                statement.execute("ROLLBACK");
            }
        }
    }

    /** A connection whose read failed is not kept: something may still be open on it. */
    private void giveBack(Connection connection, boolean reusable) {
        if (reusable && !closed) {
            idle.addFirst(connection);
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            log.warn("a reader of {} did not close: {}", file, e.toString());
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean quiet = awaitAll();
        if (!quiet) {
            interruptBusy();
            quiet = awaitAll();
        }
        if (!quiet) {
            log.warn("reads of {} are still running while it closes", file);
        }
        for (Connection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            giveBack(connection, false);
        }
    }

    private boolean awaitAll() {
        try {
            if (permits.tryAcquire(MAX_READERS, CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)) {
                permits.release(MAX_READERS);
                return true;
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void interruptBusy() {
        for (Connection connection : busy) {
            try {
                ((SQLiteConnection) connection).getDatabase().interrupt();
            } catch (SQLException e) {
                log.warn("a read of {} could not be interrupted: {}", file, e.toString());
            }
        }
    }
}
