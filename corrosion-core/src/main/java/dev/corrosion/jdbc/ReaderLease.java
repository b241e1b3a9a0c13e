package dev.corrosion.jdbc;

import java.sql.Connection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A reader on loan: for one result, or, with a transaction on it, for as long as one moment is looked at. */
final class ReaderLease extends Lease {

    private final Readers readers;
    private final boolean snapshot;

    private final Duration idleTimeout;

    ReaderLease(Readers readers, boolean snapshot, Duration idleTimeout) {
        this.readers = readers;
        this.snapshot = snapshot;
        this.idleTimeout = idleTimeout;
    }

    void takeBackIfIdle() {
        takeBackIfIdle(
                idleTimeout.toNanos(),
                () -> Failures.rolledBack("this result or read-only transaction was closed after " + idleTimeout
                        + " without use (DataSourceOptions.idleTimeout), since it keeps SQLite from tidying up its log;"
                        + " nothing is lost, read again"));
    }

    /** Whether there is a transaction on it. */
    boolean isSnapshot() {
        return snapshot;
    }

    /** There is nothing to commit; whoever read on after it was taken back has been told then. */
    @Override
    void commit() {
        rollBack();
    }

    @Override
    void rollBack() {
        takeBack(() -> Failures.closed("result"));
    }

    @Override
    void ended(@Nullable Connection connection, boolean well) {
        readers.giveBack(this, connection);
    }
}
