package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * The stretch of work on a connection that may be stopped from another thread. Between {@link #begin} and {@link #end}
 * an interrupt hits this work; before and after, none is given, since it would hit what the connection does then.
 * Thread-safe.
 */
final class Running {

    private static final Logger log = LoggerFactory.getLogger(Running.class);

    private @Nullable Connection connection;
    private @Nullable CorrosionException reason;

    synchronized void begin(Connection connection) {
        this.connection = connection;
        this.reason = null;
    }

    /** Why it was to stop, or null. Whoever gets a reason must not use what the work brought. */
    synchronized @Nullable CorrosionException end() {
        connection = null;
        return reason;
    }

    /** Stops it, if it runs; the first reason counts. */
    synchronized void stop(Supplier<CorrosionException> why) {
        if (connection != null) {
            if (reason == null) {
                reason = why.get();
            }
            interrupt(connection);
        }
    }

    /** SQLite forgets an interrupt that comes between two statements: to be called again until the work has ended. */
    synchronized void insist() {
        if (connection != null && reason != null) {
            interrupt(connection);
        }
    }

    private static void interrupt(Connection connection) {
        try {
            ((SQLiteConnection) connection).getDatabase().interrupt();
        } catch (SQLException e) {
            log.warn("a statement could not be interrupted: {}", e.toString());
        }
    }
}
