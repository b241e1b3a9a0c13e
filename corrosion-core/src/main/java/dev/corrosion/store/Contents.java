package dev.corrosion.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/** Whole databases: copies of one that is in use, files that nobody else has open, and the way back. */
public final class Contents {

    /** How long, in steps of so many milliseconds, a lock of another program is waited for. */
    private static final int RESTORE_PAUSE_MILLIS = 10;

    private static final int RESTORE_ATTEMPTS = 500;
    private static final int RESTORE_PAGES = 10_000;

    private Contents() {}

    /**
     * Writes a copy of one moment of a database that is in use, without what is free in it. Others read and write
     * meanwhile; the WAL is not emptied until it is done.
     *
     * @param target a file that does not exist
     */
    public static void copy(Path database, Path target) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Connections.BUSY_TIMEOUT_MILLIS);
        try (Connection connection = config.createConnection("jdbc:sqlite:" + database);
                PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
            vacuum.setString(1, target.toString());
            vacuum.execute();
        }
    }

    /** Opens a file that nobody else has, to be worked on as quickly as can be: after a crash it is worth nothing. */
    public static Connection openAlone(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.MEMORY);
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
        config.enforceForeignKeys(false);
        config.enableRecursiveTriggers(true);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        ((SQLiteConnection) connection).setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, Database.MAX_ROW_BYTES);
        return connection;
    }

    /** Gives a database that {@link #openAlone} has opened the page size that {@link #restore} needs. */
    public static void fitPages(Connection alone, Connection live) throws SQLException {
        long wanted = pragma(live, "page_size");
        if (pragma(alone, "page_size") != wanted) {
            try (Statement statement = alone.createStatement()) {
                statement.execute("PRAGMA page_size = " + wanted);
                statement.execute("VACUUM");
            }
        }
    }

    /**
     * Makes a database's content that of a file, in one transaction: readers see all of it, once they begin anew, or
     * nothing. By SQLite's backup, page by page into the WAL.
     *
     * @param live the writer connection, outside a transaction
     * @param file closed, and of the same page size
     */
    public static void restore(Connection live, Path file) throws SQLException {
        int code = ((SQLiteConnection) live)
                .getDatabase()
                .restore(
                        "main",
                        file.toString(),
                        (remaining, pages) -> {},
                        RESTORE_PAUSE_MILLIS,
                        RESTORE_ATTEMPTS,
                        RESTORE_PAGES);
        if (code != 0) {
            throw new SQLException("the content could not be replaced", null, code);
        }
    }

    private static long pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            row.next();
            return row.getLong(1);
        }
    }
}
