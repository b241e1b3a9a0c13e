package dev.corrosion.jdbc;

import dev.corrosion.DataSourceOptions;
import dev.corrosion.store.Database;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** What all data sources of a node share: connections are counted, readers and the writer are lent. Safe for any thread. */
public final class DataSources implements AutoCloseable {

    /** How many connections are open at the same time. An open one that does nothing holds nothing else. */
    static final int MAX_CONNECTIONS = 256;

    private final WritePath writePath;
    private final Readers readers;
    private final StatementCache cache = new StatementCache();
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS, true);
    private final Set<WriterLease> writing = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;
    private volatile boolean closed;

    /** @param database the node's database, which the write path too leads to */
    public DataSources(Database database, WritePath writePath) {
        this.writePath = writePath;
        // What it discards comes after the end, when everything is taken back anyway.
        this.timer = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, "corrosion-jdbc");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        this.readers = new Readers(() -> database.openReader(Readers.CACHE_KIB), timer);
        database.share(readers);
    }

    public DataSource create(DataSourceOptions options) {
        return new CorrosionDataSource(this, options);
    }

    /** Whether this thread is in a transaction that writes: to write by any other way, it would wait for itself. */
    public boolean isWriting(Thread thread) {
        return writing.stream()
                .anyMatch(lease -> lease.isOpen() && lease.lastUser().equals(thread));
    }

    /** Counts a connection; see {@link #disconnected}. */
    void connected(DataSourceOptions options) throws SQLException {
        requireOpen();
        try {
            if (!connections.tryAcquire(options.waitTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                throw Failures.waitedTooLong(MAX_CONNECTIONS + " connections are open, and none was closed for "
                        + options.waitTimeout() + " (DataSourceOptions.waitTimeout): look for who does not close them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.waitedTooLong("interrupted while waiting for a connection");
        }
    }

    void disconnected() {
        connections.release();
    }

    /** Lends a reader; see {@link Readers#lend}. */
    Lease read(boolean snapshot, DataSourceOptions options) throws SQLException {
        requireOpen();
        return readers.lend(snapshot, options);
    }

    /**
     * Lends the writer, when it is this caller's turn.
     *
     * @throws SQLException if it waits too long, or nothing can be written
     */
    Lease write(DataSourceOptions options) throws SQLException {
        requireOpen();
        if (isWriting(Thread.currentThread())) {
            throw Failures.waitedTooLong("this thread has a transaction open on another connection and would wait for"
                    + " itself: end that one first, or write in it (no REQUIRES_NEW within a transaction that writes)");
        }
        WriterLease lease = new WriterLease(options, cache, writing::remove);
        writing.add(lease);
        if (closed) {
            lease.takeBack(Failures::nodeClosed);
            throw Failures.nodeClosed();
        }
        boolean lent = false;
        try {
            lease.acquire(writePath);
            lent = true;
        } finally {
            if (!lent) {
                writing.remove(lease);
            }
        }
        return lease;
    }

    /** One call that may take long. */
    Run run(int timeoutSeconds) {
        return new Run(timer, timeoutSeconds);
    }

    boolean isOpen() {
        return !closed;
    }

    void requireOpen() throws SQLException {
        if (closed) {
            throw Failures.nodeClosed();
        }
    }

    /** Takes back what is lent: transactions that are open are rolled back. */
    @Override
    public void close() {
        closed = true;
        for (WriterLease lease : writing) {
            lease.takeBack(Failures::nodeClosed);
        }
        readers.close();
        timer.shutdownNow();
    }
}
