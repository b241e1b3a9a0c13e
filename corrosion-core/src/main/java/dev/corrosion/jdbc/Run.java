package dev.corrosion.jdbc;

import dev.corrosion.store.SqlErrors;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.core.DB;

/**
 * One call on the driver that may take long: its time is limited, and another thread may cancel it. Neither can hit the
 * call after it. Used once.
 */
final class Run {

    private static final Logger log = LoggerFactory.getLogger(Run.class);

    private static final int SQLITE_INTERRUPT = 9;

    /** SQLite forgets an interrupt that comes before the statement has begun, so it is repeated until the call ends. */
    private static final long REPEAT_MILLIS = 10;

    private final ScheduledExecutorService timer;
    private final int timeoutSeconds;

    /** Guarded by this, as are the others below: there while the call runs. */
    private @Nullable DB database;

    private @Nullable Future<?> next;
    private boolean cancelled;

    /** @param timeoutSeconds 0 for no limit */
    Run(ScheduledExecutorService timer, int timeoutSeconds) {
        this.timer = timer;
        this.timeoutSeconds = timeoutSeconds;
    }

    synchronized void begin(DB running) {
        database = running;
        if (timeoutSeconds > 0) {
            next = timer.schedule(this::breakOff, timeoutSeconds, TimeUnit.SECONDS);
        }
    }

    synchronized void end() {
        database = null;
        if (next != null) {
            next.cancel(false);
        }
    }

    /** Breaks the call off if it still runs. */
    synchronized void cancel() {
        if (database != null) {
            cancelled = true;
            breakOff();
        }
    }

    private synchronized void breakOff() {
        if (database == null) {
            return;
        }
        try {
            database.interrupt();
            if (next != null) {
                next.cancel(false);
            }
            next = timer.schedule(this::breakOff, REPEAT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (SQLException e) {
            log.warn("a statement could not be broken off: {}", e.toString());
        }
    }

    /** What it means that the call failed. */
    synchronized SQLException explain(SQLException e) {
        if (SqlErrors.code(e) != SQLITE_INTERRUPT || next == null) {
            return e;
        }
        return cancelled
                ? new SQLException("the statement was cancelled", "57014", e.getErrorCode(), e)
                : new SQLTimeoutException(
                        "the statement was broken off after " + timeoutSeconds + " s, its query timeout",
                        "57014",
                        e.getErrorCode(),
                        e);
    }
}
