package dev.corrosion.crdt;

import static dev.corrosion.crdt.Sql.name;

import dev.corrosion.CorrosionException;
import dev.corrosion.store.PreparedStatements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Made when first needed. */
    private final Map<String, UserTable> writable = new HashMap<>();

    private long self;

    /** What is committed. Any thread. */
    List<ReplicatedTable> committed() {
        return committed;
    }

    /** The table, ready for the changes of others. */
    @Nullable UserTable writable(PreparedStatements statements, String table) {
        UserTable known = writable.get(table);
        ReplicatedTable found = known == null ? current.get(table) : null;
        if (found == null) {
            return known;
        }
        UserTable made = new UserTable(statements, found);
        writable.put(table, made);
        return made;
    }

    /** The table as the running transaction has it; it must be replicated. */
    ReplicatedTable get(String table) {
        return require(table);
    }

    /** All tables as the running transaction has them. */
    Collection<ReplicatedTable> current() {
        return current.values();
    }

    void commit() {
        committed = List.copyOf(current.values());
    }

    void rollBack() {
        change(byName(committed));
    }

    /**
     * Reads the tables and makes their triggers what this version of the code wants.
     *
     * @param self the number of this database among the actors
     */
    void load(Connection connection, long self) throws SQLException {
        this.self = self;
        List<ReplicatedTable> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT t.id, t.name, s.name FROM __corrosion_table t"
                        + " LEFT JOIN sqlite_schema s ON s.type = 'table' AND s.name = t.name ORDER BY t.id")) {
            while (rows.next()) {
                if (rows.getString(3) == null) {
                    log.warn("the replicated table {} is gone; its changes cannot be merged", rows.getString(2));
                } else {
                    tables.add(TableReader.read(connection, rows.getLong(1), rows.getString(2)));
                }
            }
        }
        for (ReplicatedTable table : tables) {
            writeTriggers(connection, table);
        }
        change(byName(tables));
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
            if (insert.executeUpdate() == 0) {
                throw new UnfitRowsException("the table " + table + " was replicated and has been dropped by another"
                        + " program, with rows that the other nodes still have. Put the file back from a backup, or begin"
                        + " with a new one, which the other nodes will fill");
            }
        }
        ReplicatedTable added = put(connection, table);
        new Clock(added).create(connection, TableReader.keyAffinities(connection, added));
        writeTriggers(connection, added);
        return added;
    }

    /** Reads a table's columns again and makes its triggers fit. */
    void refresh(Connection connection, String table) throws SQLException {
        require(table);
        writeTriggers(connection, put(connection, table));
    }

    /** Forgets a table. */
    void remove(Connection connection, String table) throws SQLException {
        ReplicatedTable gone = require(table);
        try (Statement statement = connection.createStatement()) {
            for (String trigger : presentTriggers(connection, gone).keySet()) {
                statement.execute("DROP TRIGGER " + name(trigger));
            }
            statement.execute("DELETE FROM __corrosion_column WHERE tbl = " + gone.id());
            statement.execute("DELETE FROM __corrosion_table WHERE id = " + gone.id());
        }
        Clock.drop(connection, gone.id());
        Map<String, ReplicatedTable> changed = new LinkedHashMap<>(current);
        changed.remove(table);
        change(changed);
    }

    private ReplicatedTable require(String table) {
        ReplicatedTable known = current.get(table);
        if (known == null) {
            throw new CorrosionException("the table " + table + " is not replicated");
        }
        return known;
    }

    private ReplicatedTable put(Connection connection, String table) throws SQLException {
        ReplicatedTable read = TableReader.read(connection, id(connection, table), table);
        Map<String, ReplicatedTable> changed = new LinkedHashMap<>(current);
        changed.put(table, read);
        change(changed);
        return read;
    }

    private void change(Map<String, ReplicatedTable> changed) {
        current = changed;
        writable.clear();
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

    private void writeTriggers(Connection connection, ReplicatedTable table) throws SQLException {
        Map<String, String> wanted = Triggers.of(table, self, Tombstones.birth(connection, table.name()));
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
