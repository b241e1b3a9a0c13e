package dev.corrosion.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The columns of a table as SQLite understands them. */
record TableColumns(List<Column> columns) {

    /** What {@code pragma_table_xinfo} says of a generated column that is kept. */
    private static final int STORED = 3;

    /**
     * A column.
     *
     * @param defaultValue its DEFAULT as an expression, null if it has none
     * @param key its place in the primary key, from 1; 0 if it is no part of it
     * @param generated whether it is computed
     * @param stored whether it is computed and then kept
     */
    record Column(
            String name,
            String type,
            boolean notNull,
            @Nullable String defaultValue,
            int key,
            boolean generated,
            boolean stored) {

        /** What must not change, in words; null if nothing did. */
        @Nullable String differenceTo(Column other) {
            if (!type.equalsIgnoreCase(other.type)) {
                return "type " + describe(type) + " instead of " + describe(other.type);
            }
            if (notNull != other.notNull) {
                return notNull ? "NOT NULL" : "no NOT NULL";
            }
            if (!Objects.equals(defaultValue, other.defaultValue)) {
                return "DEFAULT " + defaultValue + " instead of " + other.defaultValue;
            }
            if (generated != other.generated) {
                return generated ? "a generated value" : "a value of its own";
            }
            return stored == other.stored ? null : stored ? "a STORED value" : "a VIRTUAL value";
        }

        private static String describe(String type) {
            return type.isEmpty() ? "(none)" : type.toUpperCase(Locale.ROOT);
        }
    }

    static TableColumns read(Connection connection, String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid")) {
            select.setString(1, table);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    columns.add(new Column(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getInt(3) != 0,
                            rows.getString(4),
                            rows.getInt(5),
                            rows.getInt(6) != 0,
                            rows.getInt(6) == STORED));
                }
            }
        }
        return new TableColumns(columns);
    }

    Optional<Column> find(String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The columns of the primary key, in its order. */
    List<Column> key() {
        return columns.stream()
                .filter(column -> column.key() > 0)
                .sorted(Comparator.comparingInt(Column::key))
                .toList();
    }
}
