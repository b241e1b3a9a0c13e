package dev.corrosion.benchmarks;

import dev.corrosion.store.PreparedStatements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** A database file with the table, on one connection that is used by one thread. This one is plain SQLite. */
class Subject implements AutoCloseable {

    static final String CREATE_TABLE = "CREATE TABLE services (id TEXT NOT NULL PRIMARY KEY, name, addr, port, meta)";

    private static final int CACHE_KIB = 16 * 1024;

    private final Path file;
    private final Connection connection;
    private final PreparedStatements statements;

    Subject(Path file) throws SQLException {
        this(file, false);
    }

    /** @param loadExtensions whether SQLite may load extensions on this connection */
    Subject(Path file, boolean loadExtensions) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setCacheSize(-CACHE_KIB);
        config.enableRecursiveTriggers(true);
        config.enforceForeignKeys(false);
        config.setGetGeneratedKeys(false);
        config.enableLoadExtension(loadExtensions);
        this.file = file;
        this.connection = config.createConnection("jdbc:sqlite:" + file);
        this.statements = new PreparedStatements(connection);
    }

    /** Makes the table, in whatever way this subject makes it. */
    void createTable() throws SQLException {
        execute(CREATE_TABLE);
    }

    final Connection connection() {
        return connection;
    }

    final PreparedStatement statement(String sql) throws SQLException {
        return statements.get(sql);
    }

    final void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Begins a transaction of local writes. */
    void begin() throws SQLException {
        statement("BEGIN IMMEDIATE").execute();
    }

    void commit() throws SQLException {
        statement("COMMIT").execute();
    }

    /** The size of the file, with everything in it. */
    final long bytes() throws SQLException {
        execute("PRAGMA wal_checkpoint(TRUNCATE)");
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new timestamp, as a node gives one to each transaction. */
    static String timestamp() {
        return Long.toString(System.currentTimeMillis());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
