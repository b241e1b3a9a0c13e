package dev.corrosion.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the WAL small. SQLite moves it into the file as far as the oldest snapshot allows, but begins to write it anew
 * only at a moment when nobody reads from it; where reads overlap all the time, that moment never comes by itself, and
 * is made here. Writer thread only, between transactions.
 */
final class Checkpoints {

    /** To what size the WAL is cut when it begins anew, and by how much it grows between two checkpoints. */
    static final long STEP_BYTES = 8L << 20;

    /** From here on, reads wait for a moment, and if no long one is among those that run, the WAL is emptied. */
    static final long PAUSE_BYTES = 32L << 20;

    /** From here on, long reads are stopped. The WAL gets larger only by what one transaction adds. */
    static final long STOP_BYTES = 64L << 20;

    /** How long reads and writes are held up for those that run, below {@link #STOP_BYTES}. */
    static final Duration PAUSE = Duration.ofMillis(100);

    /** How long a read may still take when {@link #STOP_BYTES} are reached. */
    static final Duration STOP_AFTER = Duration.ofSeconds(2);

    /** How long a foreign program that reads the file may delay a checkpoint. */
    private static final int FOREIGN_READERS_MILLIS = 200;

    private static final String STOPPED =
            "the read was stopped because it kept the WAL from being emptied, which has" + " reached "
                    + (STOP_BYTES >> 20) + " MiB. Read less at once, or write less meanwhile; it may be tried again";

    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

    private final Connection connection;
    private final Path wal;
    private final Readers readers;
    private long due = 2 * STEP_BYTES;
    private long last;

    Checkpoints(Connection connection, Path wal, Readers readers) {
        this.connection = connection;
        this.wal = wal;
        this.readers = readers;
    }

    /**
     * To be called after each transaction.
     *
     * @throws SQLException if the file or its disk cannot be relied on any more
     */
    void afterTransaction() throws SQLException {
        long bytes = walBytes();
        if (bytes < last) {
            // It has begun anew: its file was cut to one step and is filled from its start.
            due = nextAfter(bytes);
        }
        last = bytes;
        if (bytes < due) {
            return;
        }
        due = bytes + STEP_BYTES;
        try {
            checkpoint("PASSIVE");
            if (bytes >= STOP_BYTES) {
                if (!empty(readers.pauseAfter(STOP_AFTER, STOPPED))) {
                    log.warn(
                            "the WAL {} has {} MiB: a read that does not end, or another program that reads the"
                                    + " database, keeps it",
                            wal,
                            bytes >> 20);
                    due = bytes + bytes / 2; // what could not be stopped now is not waited for again soon
                    return;
                }
            } else if (bytes >= PAUSE_BYTES) {
                empty(readers.pause(PAUSE));
            }
            due = nextAfter(walBytes());
        } catch (SQLException e) {
            if (SqlErrors.endsWriting(e)) {
                throw e;
            }
            log.warn("the WAL {} could not be moved into the database: {}", wal, SqlErrors.explain(e));
        }
    }

    private static long nextAfter(long bytes) {
        return Math.max(bytes, STEP_BYTES) + STEP_BYTES;
    }

    /** False if somebody was in the way. */
    private boolean empty(boolean quiet) throws SQLException {
        if (!quiet) {
            return false;
        }
        try {
            return checkpoint("TRUNCATE");
        } finally {
            readers.resume();
        }
    }

    /** False if somebody was in the way. */
    private boolean checkpoint(String mode) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + FOREIGN_READERS_MILLIS);
            try (ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
                return row.next() && row.getInt(1) == 0;
            } finally {
                statement.execute("PRAGMA busy_timeout = " + Connections.BUSY_TIMEOUT_MILLIS);
            }
        }
    }

    /** When the database closes; false if the WAL stays. */
    boolean last() throws SQLException {
        boolean done = checkpoint("TRUNCATE");
        if (!done) {
            log.info("the WAL stays beside the database: another program is reading it");
        }
        return done;
    }

    private long walBytes() {
        try {
            return Files.size(wal);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            log.warn("the size of {} cannot be read: {}", wal, e.toString());
            return due;
        }
    }
}
