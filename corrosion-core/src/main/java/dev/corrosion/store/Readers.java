package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bounded pool of connections that cannot write. They are opened when needed and kept. Thread-safe. */
final class Readers implements AutoCloseable {

    /** How many reads run at the same time. */
    static final int MAX_READERS = 8;

    /** How long {@link #close} waits for running reads before it stops them, and then for their end. */
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    /** How long those that are stopped may take to end. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Readers.class);

    /** Until when reads have to be done, because all are waited for. */
    private record Hurry(long until, String why) {}

    private final Path file;
    private final Watchdog watchdog;

    /** Held while something is committed and memory follows. */
    private final Lock commits;

    /** Fair: who asks for all of them gets them before those who ask later for one. */
    private final Semaphore permits = new Semaphore(MAX_READERS, true);

    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final Set<RunningRead> running = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Hurry hurry;
    private volatile @Nullable OtherReaders others;
    private volatile boolean closed;

    Readers(Path file, Watchdog watchdog, Lock commits) {
        this.file = file;
        this.watchdog = watchdog;
        this.commits = commits;
    }

    /** @param timeout how long it may wait and run altogether */
    <T> T read(ReadTask<T> task, Duration timeout) {
        return read(task, timeout, null);
    }

    /** @param between what is to be done between the last commit that is seen and the next one */
    <T> T read(ReadTask<T> task, Duration timeout, @Nullable Runnable between) {
        RunningRead read = new RunningRead(System.nanoTime(), timeout);
        acquire(timeout);
        try {
            Connection connection = idle.pollFirst();
            if (connection == null) {
                connection = Connections.reader(file, Connections.READER_CACHE_KIB);
            }
            begin(read);
            boolean reusable = false;
            try {
                T result = snapshot(connection, task, read, between);
                reusable = true;
                return result;
            } catch (SQLException e) {
                throw new CorrosionException(SqlErrors.explain(e), e);
            } finally {
                running.remove(read);
                watchdog.forget(read);
                giveBack(connection, reusable);
            }
        } finally {
            permits.release();
        }
    }

    private void acquire(Duration timeout) {
        try {
            if (closed) {
                throw new DatabaseClosedException("the database " + file + " is closed");
            }
            if (!permits.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new OverloadedException("overloaded: all " + MAX_READERS + " readers of " + file
                        + " were busy for " + DatabaseOptions.seconds(timeout));
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

    private void begin(RunningRead read) {
        running.add(read); // before the look at the hurry, as pauseAfter() does it the other way round
        Hurry hurry = this.hurry;
        if (hurry != null) {
            read.hurry(hurry.until(), hurry.why());
        }
        watchdog.watch(read);
    }

    private <T> T snapshot(Connection connection, ReadTask<T> task, RunningRead read, @Nullable Runnable between)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (between == null) {
                statement.execute("BEGIN");
            } else {
                beginBetween(statement, between);
            }
            T result = read.run(task, connection);
            statement.execute("ROLLBACK");
            return result;
        }
    }

    private void beginBetween(Statement statement, Runnable between) throws SQLException {
        commits.lock();
        try {
            statement.execute("BEGIN");
            statement.execute("SELECT 1 FROM sqlite_schema LIMIT 1"); // BEGIN alone takes no snapshot
            between.run();
        } finally {
            commits.unlock();
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

    /**
     * Makes new reads wait and waits for those that run, so that no snapshot holds on to the WAL. To be followed by
     * {@link #resume}, if it is true.
     */
    boolean pause(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        return pauseOwn(patience) && pauseOthers(until, null);
    }

    private boolean pauseOwn(Duration patience) {
        try {
            return permits.tryAcquire(MAX_READERS, patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The same, but reads that take longer than this are stopped. */
    boolean pauseAfter(Duration patience, String why) {
        Hurry set = new Hurry(System.nanoTime() + patience.toNanos(), why);
        hurry = set;
        try {
            running.forEach(read -> read.hurry(set.until(), why));
            return pauseOwn(patience.plus(STOP_WAIT)) && pauseOthers(set.until(), why);
        } finally {
            hurry = null;
        }
    }

    /** To be called when all own are paused; if the others are not, then the own go on. */
    private boolean pauseOthers(long until, @Nullable String why) {
        OtherReaders all = others;
        if (all == null) {
            return true;
        }
        Duration patience = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
        boolean quiet = why == null ? all.pause(patience) : all.pauseAfter(patience, why);
        if (!quiet) {
            permits.release(MAX_READERS);
        }
        return quiet;
    }

    void resume() {
        OtherReaders all = others;
        if (all != null) {
            all.resume();
        }
        permits.release(MAX_READERS);
    }

    /** From now on they make room too; to be called once, before they read. */
    void share(OtherReaders others) {
        this.others = others;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean quiet = pause(CLOSE_WAIT);
        if (!quiet) {
            CorrosionException reason = new DatabaseClosedException("the database " + file + " is closed");
            running.forEach(read -> read.stop(reason));
            quiet = pause(CLOSE_WAIT);
        }
        if (quiet) {
            resume();
        } else {
            log.warn("reads of {} are still running while it closes", file);
        }
        for (Connection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            giveBack(connection, false);
        }
    }
}
