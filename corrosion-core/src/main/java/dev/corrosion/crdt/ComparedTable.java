package dev.corrosion.crdt;

import dev.corrosion.ledger.Fingerprint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A replicated table as it is looked at to compare copies: with those columns that both have, declared alike. What a
 * column holds is comparable only if both nodes convert what comes to it in the same way, and give rows that were there
 * before it the same value.
 */
public final class ComparedTable {

    /** A column outside the key, with its number in the clock and what stands for how it is declared. */
    private record Column(String name, int id, long declared) {}

    private final long id;
    private final String name;
    private final List<String> key;
    private final long declaredKey;
    private final List<Column> columns;
    private final boolean partial;

    private ComparedTable(
            long id, String name, List<String> key, long declaredKey, List<Column> columns, boolean partial) {
        this.id = id;
        this.name = name;
        this.key = key;
        this.declaredKey = declaredKey;
        this.columns = columns;
        this.partial = partial;
    }

    /** The table as this snapshot has it, with all of its columns; null if it is not replicated. */
    public static @Nullable ComparedTable read(Connection connection, String name) throws SQLException {
        Long id = id(connection, name);
        List<TableReader.Column> declared = id == null ? List.of() : TableReader.columns(connection, name);
        if (id == null || declared.isEmpty()) {
            return null;
        }
        List<TableReader.Column> key = declared.stream()
                .filter(column -> column.keyPlace() > 0)
                .sorted(Comparator.comparingInt(TableReader.Column::keyPlace))
                .toList();
        StringBuilder keyText = new StringBuilder();
        key.forEach(column -> keyText.append(column.name())
                .append('\0')
                .append(column.affinity())
                .append('\0'));
        Map<String, Integer> ids = ids(connection, id);
        List<Column> columns = new ArrayList<>();
        for (TableReader.Column column : declared) {
            Integer number = ids.get(column.name());
            if (column.keyPlace() == 0 && number != null) {
                String text = column.name() + '\0' + column.affinity() + '\0' + column.defaultValue();
                columns.add(new Column(column.name(), number, hash(text)));
            }
        }
        columns.sort(Comparator.comparing(Column::name));
        List<String> names = key.stream().map(TableReader.Column::name).toList();
        return new ComparedTable(id, name, names, hash(keyText.toString()), columns, false);
    }

    private static @Nullable Long id(Connection connection, String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id FROM __corrosion_table WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? (Long) row.getLong(1) : null;
            }
        }
    }

    private static Map<String, Integer> ids(Connection connection, long table) throws SQLException {
        Map<String, Integer> ids = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT name, id FROM __corrosion_column WHERE tbl = ? AND name IS NOT NULL")) {
            select.setLong(1, table);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        return ids;
    }

    private static long hash(String text) {
        return Fingerprint.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
                .high();
    }

    /** The same with these columns only, as far as it has them. */
    public ComparedTable only(Collection<String> names) {
        TreeSet<String> wanted = new TreeSet<>(names);
        List<Column> some = columns.stream()
                .filter(column -> wanted.contains(column.name()))
                .toList();
        return new ComparedTable(id, name, key, declaredKey, some, true);
    }

    /** Stands for the key, the columns that are looked at, and whether those are all. */
    public long schema() {
        StringBuilder text = new StringBuilder().append(declaredKey).append(partial);
        columns.forEach(column -> text.append(' ').append(column.declared()));
        return hash(text.toString());
    }

    /** Stands for the columns of the key. */
    public long keySchema() {
        return declaredKey;
    }

    /** The columns that are looked at, each with what stands for its declaration. */
    public Map<String, Long> declarations() {
        Map<String, Long> declarations = new LinkedHashMap<>();
        columns.forEach(column -> declarations.put(column.name(), column.declared()));
        return declarations;
    }

    public String name() {
        return name;
    }

    /**
     * Whether the other node has other columns. Then a row is not looked at while none of these columns has a record: a
     * node to which nothing else of it is known may not have it.
     */
    boolean isPartial() {
        return partial;
    }

    long id() {
        return id;
    }

    List<String> key() {
        return key;
    }

    List<String> columns() {
        return columns.stream().map(Column::name).toList();
    }

    int columnId(int index) {
        return columns.get(index).id();
    }
}
