package dev.corrosion.jdbc;

import dev.corrosion.CorrosionException;
import dev.corrosion.DataSourceOptions;
import dev.corrosion.store.OtherReaders;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded pool of connections that cannot write. They are not those of the node, so that results which nobody closes
 * keep neither subscriptions nor other nodes from reading; but they make room for checkpoints as those do. Safe for any
 * thread.
 */
final class Readers implements OtherReaders, AutoCloseable {

    /** How many results and read-only transactions are open at the same time. */
    static final int MAX_READERS = 16;

    private static final Logger log = LoggerFactory.getLogger(Readers.class);

    /** Page cache of each. */
    static final int CACHE_KIB = 2 * 1024;

    /** How often idle leases are looked for. */
    private static final long WATCH_MILLIS = 100;

    /** How long those that are stopped may take to end. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(1);

    /** How long is waited before those are stopped too that have come meanwhile. */
    private static final Duration STOP_STEP = Duration.ofMillis(50);

    private final Supplier<Connection> opener;
    private final ScheduledExecutorService timer;
    private final Semaphore permits = new Semaphore(MAX_READERS, true);
    private final Deque<Connection> idle;
    private final Set<ReaderLease> lent;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile boolean closed;

    /** For the writer thread. */
    private boolean paused;

    /** @param opener opens one more; what it throws is a {@link CorrosionException} */
    Readers(Supplier<Connection> opener, ScheduledExecutorService timer) {
        this(opener, timer, new ConcurrentLinkedDeque<>(), ConcurrentHashMap.newKeySet());
    }

    /** For tests too, in which something happens at the moment when one is lent or given back. */
    Readers(
            Supplier<Connection> opener,
            ScheduledExecutorService timer,
            Deque<Connection> idle,
            Set<ReaderLease> lent) {
        this.opener = opener;
        this.timer = timer;
        this.idle = idle;
        this.lent = lent;
    }

    /**
     * Lends a reader.
     *
     * @param snapshot whether all that is read is to be of one moment
     * @throws SQLException if none is free in time, or the node is closed
     */
    Lease lend(boolean snapshot, DataSourceOptions options) throws SQLException {
        acquire(options.waitTimeout());
        Connection connection;
        try {
            connection = take(snapshot);
        } catch (SQLException e) {
            permits.release();
            throw Failures.translate(e);
        } catch (CorrosionException e) {
            permits.release();
            throw Failures.ofNode(e);
        }
        ReaderLease lease = new ReaderLease(this, snapshot, options.idleTimeout());
        lease.lend(connection); // before others see it and may take it back: then there is something to give back
        lent.add(lease);
        if (closed) {
            lease.takeBack(Failures::nodeClosed);
            throw Failures.nodeClosed();
        }
        watch();
        return lease;
    }

    private void acquire(Duration wait) throws SQLException {
        try {
            if (!permits.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw Failures.waitedTooLong("all " + MAX_READERS + " readers were in use for " + wait
                        + " (DataSourceOptions.waitTimeout), by open results and read-only transactions: close what is"
                        + " opened, and do not open results while reading another");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.waitedTooLong("interrupted while waiting for a reader");
        }
    }

    private Connection take(boolean snapshot) throws SQLException {
        if (closed) {
            throw Failures.nodeClosed();
        }
        Connection kept = idle.pollFirst();
        Connection connection = kept == null ? opener.get() : kept;
        try {
            if (snapshot) {
                run(connection, "BEGIN");
            }
            return connection;
        } catch (SQLException e) {
            discard(connection);
            throw e;
        }
    }

    /** Looks for idle leases from now on, for as long as there are any. */
    @SuppressWarnings("FutureReturnValueIgnored") // it cannot fail
    private void watch() {
        if (!lent.isEmpty() && watching.compareAndSet(false, true)) {
            timer.schedule(this::takeBackIdle, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void takeBackIdle() {
        lent.forEach(ReaderLease::takeBackIfIdle);
        watching.set(false);
        watch();
    }

    /** Called once for each lease that ends. */
    void giveBack(ReaderLease lease, @Nullable Connection connection) {
        lent.remove(lease);
        try {
            if (connection != null) {
                if (lease.isSnapshot()) {
                    run(connection, "ROLLBACK");
                }
                idle.addFirst(connection);
                if (closed) { // looked at when it is among the idle, as close() does it the other way round
                    discardIdle();
                }
            }
        } catch (SQLException e) {
            log.warn("a reader could not be put back: {}", e.toString());
            discard(connection);
        } finally {
            permits.release();
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void discard(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            log.warn("a reader did not close: {}", e.toString());
        }
    }

    private void discardIdle() {
        for (Connection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            discard(connection);
        }
    }

    @Override
    public boolean pause(Duration patience) {
        try {
            paused = permits.tryAcquire(MAX_READERS, patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return paused;
    }

    @Override
    public boolean pauseAfter(Duration patience, String why) {
        boolean quiet = pause(patience);
        long until = System.nanoTime() + STOP_WAIT.toNanos();
        while (!quiet && System.nanoTime() - until < 0) {
            lent.forEach(lease -> lease.takeBack(() -> Failures.rolledBack(why)));
            quiet = pause(STOP_STEP);
        }
        return quiet;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            permits.release(MAX_READERS);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (ReaderLease lease : lent) {
            lease.takeBack(Failures::nodeClosed);
        }
        discardIdle();
    }
}
