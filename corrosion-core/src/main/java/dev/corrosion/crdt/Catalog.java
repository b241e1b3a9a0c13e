package dev.corrosion.crdt;

import static dev.corrosion.crdt.Sql.name;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated tables. Changes made in a transaction are seen by its own thread at once, by others with its COMMIT.
 */
final class Catalog {

    private static final Logger log = LoggerFactory.getLogger(Catalog.class);

    private volatile List<ReplicatedTable> committed = List.of();
    private Map<String, ReplicatedTable> current = Map.of();

    /** What is committed. Any thread. */
    List<ReplicatedTable> committed() {
        return committed;
    }

    /** The table as the running transaction has it. */
    @Nullable ReplicatedTable find(String table) {
        return current.get(table);
    }

    /** All tables as the running transaction has them. */
    Collection<ReplicatedTable> current() {
        return current.values();
    }

    void commit() {
        committed = List.copyOf(current.values());
    }

    void rollBack() {
        current = byName(committed);
    }

    /** Reads the tables and makes their triggers what this version of the code wants. */
    void load(Connection connection) throws SQLException {
        List<ReplicatedTable> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT t.id, t.name, s.name FROM __corrosion_table t"
                        + " LEFT JOIN sqlite_schema s ON s.type = 'table' AND s.name = t.name ORDER BY t.id")) {
            while (rows.next()) {
                if (rows.getString(3) == null) {
                    log.warn("the replicated table {} is gone; its changes cannot be merged", rows.getString(2));
                } else {
                    tables.add(read(connection, rows.getLong(1), rows.getString(2)));
                }
            }
        }
        for (ReplicatedTable table : tables) {
            writeTriggers(connection, table);
        }
        current = byName(tables);
        commit();
    }

    /** Makes a table replicated; null if it is already. */
    @Nullable ReplicatedTable add(Connection connection, String table) throws SQLException {
        if (current.containsKey(table)) {
            return null;
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO __corrosion_table (name) VALUES (?) ON CONFLICT DO NOTHING")) {
            insert.setString(1, table);
            insert.executeUpdate();
        }
        return put(connection, table);
    }

    /** Reads a table's columns again and makes its triggers fit. */
    void refresh(Connection connection, String table) throws SQLException {
        if (!current.containsKey(table)) {
            throw new CorrosionException("the table " + table + " is not replicated");
        }
        put(connection, table);
    }

    private ReplicatedTable put(Connection connection, String table) throws SQLException {
        ReplicatedTable read = read(connection, id(connection, table), table);
        writeTriggers(connection, read);
        Map<String, ReplicatedTable> changed = new LinkedHashMap<>(current);
        changed.put(table, read);
        current = changed;
        return read;
    }

    private static long id(Connection connection, String table) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id FROM __corrosion_table WHERE name = ?")) {
            select.setString(1, table);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static ReplicatedTable read(Connection connection, long id, String table) throws SQLException {
        TreeMap<Integer, String> key = new TreeMap<>();
        List<String> nullable = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT name, pk, \"notnull\", type FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid")) {
            select.setString(1, table);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String column = rows.getString(1);
                    int place = rows.getInt(2);
                    if (place == 0) {
                        columns.add(column);
                        continue;
                    }
                    key.put(place, column);
                    if (rows.getInt(3) == 0) {
                        nullable.add(column);
                    }
                }
            }
        }
        if (key.isEmpty()) {
            throw new CorrosionException(
                    "the table " + table + " cannot be replicated: there is no such table, or it has no primary key");
        }
        return new ReplicatedTable(id, table, List.copyOf(key.values()), nullable, columns);
    }

    private static void writeTriggers(Connection connection, ReplicatedTable table) throws SQLException {
        Map<String, String> wanted = Triggers.of(table);
        Map<String, String> present = presentTriggers(connection, table);
        if (wanted.equals(present)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            for (String trigger : present.keySet()) {
                statement.execute("DROP TRIGGER " + name(trigger));
            }
            for (String sql : wanted.values()) {
                statement.execute(sql);
            }
        }
    }

    private static Map<String, String> presentTriggers(Connection connection, ReplicatedTable table)
            throws SQLException {
        Map<String, String> triggers = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT name, sql FROM sqlite_schema"
                + " WHERE type = 'trigger' AND tbl_name = ? AND name LIKE ? ESCAPE '\\'")) {
            select.setString(1, table.name());
            select.setString(2, InternalTables.PREFIX.replace("_", "\\_") + "%");
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    triggers.put(rows.getString(1), Objects.requireNonNullElse(rows.getString(2), ""));
                }
            }
        }
        return triggers;
    }

    private static Map<String, ReplicatedTable> byName(List<ReplicatedTable> tables) {
        Map<String, ReplicatedTable> map = new LinkedHashMap<>();
        tables.forEach(table -> map.put(table.name(), table));
        return map;
    }
}
