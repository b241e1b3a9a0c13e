package dev.corrosion.crdt;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what replication has to know of a table from SQLite, and gives its columns their numbers. */
final class TableReader {

    /**
     * Affinities under which equal numbers may be of different types. INTEGER and NUMERIC make an integer of a real that is
     * one, but not of -2^63.
     */
    private static final Set<String> MIXED = Set.of("BLOB", "INTEGER", "NUMERIC");

    private TableReader() {}

    /**
     * A column as it is declared.
     *
     * @param keyPlace its place in the key, from 1; 0 if it is not in the key
     * @param defaultValue the expression of its DEFAULT
     */
    record Column(
            String name,
            int keyPlace,
            boolean nullable,
            String affinity,
            boolean mayBeRowid,
            @Nullable String defaultValue) {}

    /**
     * The table as it is now. Columns that are new get a number; of those that are gone, the number is forgotten, and
     * with it their records.
     */
    static ReplicatedTable read(Connection connection, long id, String table) throws SQLException {
        TreeMap<Integer, String> key = new TreeMap<>();
        List<String> nullable = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        Set<String> untyped = new HashSet<>();
        boolean rowid = false;
        for (Column column : columns(connection, table)) {
            if (MIXED.contains(column.affinity())) {
                untyped.add(column.name());
            }
            if (column.keyPlace() == 0) {
                columns.add(column.name());
                continue;
            }
            key.put(column.keyPlace(), column.name());
            rowid = column.mayBeRowid();
            if (column.nullable()) {
                nullable.add(column.name());
            }
        }
        if (key.isEmpty()) {
            throw new CorrosionException(
                    "the table " + table + " cannot be replicated: there is no such table, or it has no primary key");
        }
        List<Integer> ids = numbers(connection, id, columns);
        return new ReplicatedTable(
                id, table, List.copyOf(key.values()), nullable, columns, ids, untyped, rowid && key.size() == 1);
    }

    /** Affinities of the columns of the key, in its order. */
    static List<String> keyAffinities(Connection connection, ReplicatedTable table) throws SQLException {
        Map<String, String> affinities = new HashMap<>();
        columns(connection, table.name()).forEach(column -> affinities.put(column.name(), column.affinity()));
        return table.key().stream().map(affinities::get).toList();
    }

    /** Its columns in order, without generated ones; none if there is no such table. */
    static List<Column> columns(Connection connection, String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT c.name, c.pk, c.\"notnull\", c.type, t.strict, NOT t.wr, c.dflt_value"
                        + " FROM pragma_table_xinfo(?1) c, pragma_table_list(?1) t WHERE t.schema = 'main' AND c.hidden = 0 ORDER BY c.cid")) {
            select.setString(1, table);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String affinity = affinity(rows.getString(4), rows.getBoolean(5));
                    boolean mayBeRowid = rows.getBoolean(6) && rows.getString(4).equalsIgnoreCase("INTEGER");
                    columns.add(new Column(
                            rows.getString(1),
                            rows.getInt(2),
                            rows.getInt(3) == 0,
                            affinity,
                            mayBeRowid,
                            rows.getString(7)));
                }
            }
        }
        return columns;
    }

    /** SQLite's own rules, https://sqlite.org/datatype3.html, section 3.1. */
    private static String affinity(String declared, boolean strict) {
        String type = declared.toUpperCase(Locale.ROOT);
        if (type.contains("INT")) {
            return "INTEGER";
        }
        if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
            return "TEXT";
        }
        if (type.isEmpty() || type.contains("BLOB") || (strict && type.equals("ANY"))) {
            return "BLOB";
        }
        boolean real = type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB");
        return real ? "REAL" : "NUMERIC";
    }

    private static List<Integer> numbers(Connection connection, long table, List<String> columns) throws SQLException {
        Map<String, Integer> known = new HashMap<>();
        int next = 0;
        try (PreparedStatement select =
                connection.prepareStatement("SELECT name, id FROM __corrosion_column WHERE tbl = ?")) {
            select.setLong(1, table);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    next = Math.max(next, rows.getInt(2) + 1);
                    if (rows.getString(1) != null) {
                        known.put(rows.getString(1), rows.getInt(2));
                    }
                }
            }
        }
        List<Integer> ids = new ArrayList<>();
        for (String column : columns) {
            Integer id = known.remove(column);
            if (id == null) {
                id = next++;
                number(
                        connection,
                        "INSERT INTO __corrosion_column (name, tbl, id) VALUES (?, ?, ?)",
                        column,
                        table,
                        id);
            }
            ids.add(id);
        }
        for (int gone : known.values()) {
            // The number stays taken: there may be records under it.
            number(connection, "UPDATE __corrosion_column SET name = ? WHERE tbl = ? AND id = ?", null, table, gone);
        }
        return ids;
    }

    private static void number(Connection connection, String sql, @Nullable String name, long table, int id)
            throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(sql)) {
            write.setString(1, name);
            write.setLong(2, table);
            write.setInt(3, id);
            write.executeUpdate();
        }
    }
}
