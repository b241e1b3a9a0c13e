package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.SpringProperties;
import org.sqlite.SQLiteConfig;

/**
 * The node's database before there is an application context, for configuration that is in it. While a build processes the application
 * ahead of time there is none: what a database says is for when the application runs.
 */
public final class EarlyDatabase {

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;

    private static final Duration POLL = Duration.ofMillis(50);

    private static final String TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";

    private EarlyDatabase() {}

    /** Takes what it needs of a row. */
    public interface Reader<T> {

        /** Of the row at which the result stands; columns begin with 1. */
        T read(ResultSet row) throws SQLException;
    }

    /**
     * What a query says of the file, which a node may have open or not; empty if there is no file, or it has no such table.
     *
     * @param table without which the query would fail
     * @throws CorrosionException if the file cannot be read
     */
    public static <T> Optional<List<T>> read(
            Path database, String table, String query, List<String> parameters, Reader<T> reader) {
        if (isBuildTime() || !Files.exists(database)) {
            return Optional.empty();
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        // Not opened read-only: SQLite would then leave the files of its WAL behind.
        try (Connection connection = config.createConnection("jdbc:sqlite:" + database.toAbsolutePath());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = ON");
            return select(connection, TABLE, List.of(table), row -> row.getInt(1))
                            .isEmpty()
                    ? Optional.empty()
                    : Optional.of(select(connection, query, parameters, reader));
        } catch (SQLException e) {
            throw new CorrosionException("the database " + database + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isBuildTime() {
        return SpringProperties.getFlag(AbstractAotProcessor.AOT_PROCESSING);
    }

    private static <T> List<T> select(Connection connection, String query, List<String> parameters, Reader<T> reader)
            throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.size(); i++) {
                select.setString(i + 1, parameters.get(i));
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(reader.read(row));
                }
            }
        }
        return rows;
    }

    /**
     * Opens the node, waits until it has what a peer has, and closes it: the application's context opens it again. Changes of tables that
     * the options do not declare wait in the database until they are declared.
     *
     * @return whether it has what there is; a node that looks for nobody is the first one, or the only one, and has
     * @throws CorrosionException if the node cannot be opened
     */
    public static boolean fetch(CorrosionOptions options, Duration timeout) {
        if (isBuildTime()) {
            return true;
        }
        try (Corrosion node = Corrosion.open(options)) {
            if (options.cluster().bootstrap().isEmpty()) {
                return true;
            }
            long deadline = System.nanoTime() + timeout.toNanos();
            while (!node.status().activity().sync().synced()) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CorrosionException("interrupted while waiting for a first copy of the database", e);
        }
    }
}
