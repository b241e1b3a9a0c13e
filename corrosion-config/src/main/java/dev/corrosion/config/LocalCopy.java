package dev.corrosion.config;

import dev.corrosion.CorrosionException;
import dev.corrosion.config.ConfigTable.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/** Reads the table from the database file, which a node may have open or not. */
final class LocalCopy {

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;

    private LocalCopy() {}

    /**
     * The rows of a namespace, in the order of {@link ConfigTable#QUERY}; empty if there is no database, or it has no such table.
     *
     * @throws CorrosionException if the file cannot be read
     */
    static Optional<List<Entry>> read(Path database, String namespace) {
        if (!Files.exists(database)) {
            return Optional.empty();
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        // Not opened read-only: SQLite would then leave the files of its WAL behind.
        try (Connection connection = config.createConnection("jdbc:sqlite:" + database.toAbsolutePath());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = ON");
            try (ResultSet table = statement.executeQuery(ConfigTable.EXISTS)) {
                if (!table.next()) {
                    return Optional.empty();
                }
            }
            return Optional.of(entries(connection, namespace));
        } catch (SQLException e) {
            throw new CorrosionException(
                    "the configuration cannot be read from the database " + database + ": " + e.getMessage(), e);
        }
    }

    private static List<Entry> entries(Connection connection, String namespace) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(ConfigTable.QUERY)) {
            select.setString(1, namespace);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    entries.add(new Entry(
                            ConfigTable.text(row.getString(1)),
                            ConfigTable.text(row.getString(2)),
                            ConfigTable.text(row.getString(3)),
                            row.getString(4),
                            ConfigTable.text(row.getString(5))));
                }
            }
        }
        return entries;
    }
}
