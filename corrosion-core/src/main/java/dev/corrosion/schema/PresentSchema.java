package dev.corrosion.schema;

import dev.corrosion.SchemaPlan.Kind;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** What the database has. The node's own tables, indexes and triggers are left out. */
record PresentSchema(List<Item> items) {

    /** What the names of the node's own tables and triggers begin with. */
    static final String INTERNAL = "__corrosion";

    static final String TABLE = "table";

    /**
     * A row of {@code sqlite_schema}.
     *
     * @param type table, index, view or trigger
     * @param target the table or view that it belongs to; tables and views belong to themselves
     * @param sql what made it
     */
    record Item(String type, String name, String target, String sql) {

        boolean is(Kind kind, String otherName) {
            return type.equals(kind.toString()) && name.equalsIgnoreCase(otherName);
        }

        boolean isUniqueIndex() {
            return type.equals(Kind.INDEX.toString())
                    && SqlTokenizer.tokenize(sql).get(1).is("UNIQUE");
        }

        /** Whether this is what the SQL would make, but for spaces, comments, case and quotes. */
        boolean isMadeBy(String otherSql) {
            return normal(sql).equals(normal(otherSql));
        }

        private static String normal(String sql) {
            return TableBody.normalize(SqlTokenizer.tokenize(sql));
        }
    }

    static PresentSchema read(Connection connection) throws SQLException {
        List<Item> items = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")) {
            while (rows.next()) {
                Item item = new Item(
                        Objects.requireNonNull(rows.getString(1)),
                        Objects.requireNonNull(rows.getString(2)),
                        Objects.requireNonNull(rows.getString(3)),
                        Objects.requireNonNull(rows.getString(4)));
                if (!item.name().toLowerCase(Locale.ROOT).startsWith(INTERNAL)) {
                    items.add(item);
                }
            }
        }
        return new PresentSchema(List.copyOf(items));
    }

    Optional<Item> find(Kind kind, String name) {
        return items.stream().filter(item -> item.is(kind, name)).findFirst();
    }

    Optional<Item> table(String name) {
        return items.stream()
                .filter(item -> item.type().equals(TABLE) && item.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The indexes and triggers of a table, or the triggers of a view. */
    List<Item> dependents(String target) {
        return items.stream()
                .filter(item -> (item.type().equals(Kind.INDEX.toString())
                                || item.type().equals(Kind.TRIGGER.toString()))
                        && item.target().equalsIgnoreCase(target))
                .toList();
    }
}
