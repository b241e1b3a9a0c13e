package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import dev.corrosion.Synchronous;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/** Opens connections with the settings that everything above relies on. */
final class Connections {

    /** How long SQLite waits for a lock that a foreign program holds on the file, in milliseconds. */
    static final int BUSY_TIMEOUT_MILLIS = 5_000;

    /** Page cache of the writer and of each reader of the database's own, in KiB. */
    private static final int WRITER_CACHE_KIB = 16 * 1024;

    static final int READER_CACHE_KIB = 4 * 1024;

    /** "Crsn": whose database it is, in the header of the file. */
    static final int APPLICATION_ID = 0x4372736e;

    private Connections() {}

    static Connection writer(Path file, Synchronous synchronous) {
        SQLiteConfig config = common(WRITER_CACHE_KIB);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setJournalSizeLimit((int) Checkpoints.STEP_BYTES);
        config.setSynchronous(
                switch (synchronous) {
                    case NORMAL -> SQLiteConfig.SynchronousMode.NORMAL;
                    case FULL -> SQLiteConfig.SynchronousMode.FULL;
                });
        // INSERT OR REPLACE must fire the delete triggers of the rows that it replaces.
        config.enableRecursiveTriggers(true);
        Connection connection = open(file, config);
        try {
            ((SQLiteConnection) connection).setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, Database.MAX_ROW_BYTES);
            requireWal(connection);
            requireOwn(connection);
            run(connection, "PRAGMA wal_autocheckpoint = 0"); // that is for Checkpoints
            return connection;
        } catch (SQLException e) {
            throw failed(file, e, connection);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static Connection reader(Path file, int cacheKib) {
        Connection connection = open(file, common(cacheKib));
        try {
            run(connection, "PRAGMA query_only = ON");
            return connection;
        } catch (SQLException e) {
            throw failed(file, e, connection);
        }
    }

    /** Loads what the first connection loads. */
    static void preload() {
        Path memory = Path.of(":memory:");
        try (Connection connection = open(memory, common(0))) {
            run(connection, "PRAGMA query_only = ON");
        } catch (SQLException e) {
            throw explain(memory, e);
        }
    }

    private static SQLiteConfig common(int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setCacheSize(-cacheKib);
        // Rows arrive in any order from other nodes: a reference may be there before what it points to.
        config.enforceForeignKeys(false);
        config.setGetGeneratedKeys(false);
        return config;
    }

    private static Connection open(Path file, SQLiteConfig config) {
        try {
            return config.createConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw explain(file, e);
        }
    }

    /** Reads the header and the schema too, so that a damaged file is found here and not at the first write. */
    private static void requireWal(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
                if (!mode.next() || !mode.getString(1).equalsIgnoreCase("wal")) {
                    throw new SQLException("its file system does not support SQLite's WAL; use a local disk");
                }
            }
            statement.execute("SELECT count(*) FROM sqlite_schema");
        }
    }

    /** Marks the file, which tells {@code file} and the like what it is; another application's mark is not touched. */
    private static void requireOwn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA application_id")) {
            int id = row.next() ? row.getInt(1) : 0;
            if (id != 0 && id != APPLICATION_ID) {
                throw new SQLException("it belongs to another application, whose mark in it is application_id " + id
                        + "; give the node a file of its own. If it is to be replicated, and that application agrees,"
                        + " remove the mark with `PRAGMA application_id = 0`");
            }
            if (id == APPLICATION_ID) {
                return;
            }
        }
        run(connection, "PRAGMA application_id = " + APPLICATION_ID);
    }

    private static CorrosionException failed(Path file, SQLException e, Connection connection) {
        CorrosionException explained = explain(file, e);
        try {
            connection.close();
        } catch (SQLException closing) {
            explained.addSuppressed(closing);
        }
        return explained;
    }

    private static CorrosionException explain(Path file, SQLException e) {
        int code = SqlErrors.code(e);
        if (code == SqlErrors.NOT_A_DATABASE || code == SqlErrors.CORRUPT) {
            return new CorrosionException(
                    "the file " + file + " is damaged or not a SQLite database (" + SqlErrors.reason(e)
                            + "); move it away, and the node will copy everything from the others",
                    e);
        }
        return new CorrosionException("cannot open the database " + file + ": " + SqlErrors.explain(e), e);
    }
}
