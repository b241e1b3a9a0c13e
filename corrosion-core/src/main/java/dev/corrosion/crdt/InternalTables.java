package dev.corrosion.crdt;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables in which the replication state is kept, apart from those of each table's {@link Clock}.
 *
 * <ul>
 *   <li>{@code __corrosion_meta}: the format of these tables, the last version of this actor, and what
 *       {@link Identity} keeps;
 *   <li>{@code __corrosion_actor}: short numbers for actors;
 *   <li>{@code __corrosion_table}: the replicated tables;
 *   <li>{@code __corrosion_column}: short numbers for their columns, without those of the key; no
 *       name if the column is gone;
 *   <li>{@code __corrosion_parked}: see {@link Parked}.
 * </ul>
 */
final class InternalTables {

    /** What the names of all internal tables and triggers begin with. */
    static final String PREFIX = "__corrosion_";

    /** Raised when the tables change in a way that older code would misread. */
    private static final long FORMAT = 2;

    private static final List<String> CREATE = List.of(
            "CREATE TABLE IF NOT EXISTS __corrosion_meta (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL)"
                    + " WITHOUT ROWID",
            "CREATE TABLE IF NOT EXISTS __corrosion_actor (id INTEGER PRIMARY KEY, actor BLOB NOT NULL UNIQUE)",
            "CREATE TABLE IF NOT EXISTS __corrosion_table (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
            "CREATE TABLE IF NOT EXISTS __corrosion_column (tbl INTEGER NOT NULL, id INTEGER NOT NULL,"
                    + " name TEXT, PRIMARY KEY (tbl, id)) WITHOUT ROWID");

    private InternalTables() {}

    /** Creates what is missing, inside the caller's transaction. */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : CREATE) {
                statement.execute(sql);
            }
            for (String sql : Parked.create()) {
                statement.execute(sql);
            }
            statement.execute("INSERT INTO __corrosion_meta (name, value) VALUES ('format', " + FORMAT
                    + "), ('version', 0) ON CONFLICT DO NOTHING");
        }
        Long format = meta(connection, "format");
        if (format == null || format != FORMAT) {
            throw new CorrosionException("the database has format " + format + " of the replication state, this is"
                    + " format " + FORMAT + ": "
                    + (format != null && format > FORMAT
                            ? "a newer version of Corrosion has opened it; use that or a newer one"
                            : "it was made by a preview of Corrosion; begin with a new file, which the other nodes"
                                    + " will fill"));
        }
        Tombstones.prepare(connection);
    }

    /** A number that is kept under a name; null if there is none. */
    static @Nullable Long meta(Connection connection, String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT value FROM __corrosion_meta WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? (Long) row.getLong(1) : null;
            }
        }
    }

    static void putMeta(Connection connection, String name, long value) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("INSERT INTO __corrosion_meta (name, value)"
                + " VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value")) {
            put.setString(1, name);
            put.setLong(2, value);
            put.executeUpdate();
        }
    }
}
