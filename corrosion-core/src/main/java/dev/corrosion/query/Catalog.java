package dev.corrosion.query;

import dev.corrosion.store.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The schema of a database at one of its versions. Immutable. */
final class Catalog {

    /** The table of the schema itself, whose root is always the first page. */
    static final String SCHEMA_TABLE = "sqlite_schema";

    private record Kind(boolean strict) {}

    private record KeyPart(int position, String name) {}

    private final long version;
    private final boolean utf8;
    private final Map<Long, String> owners = new HashMap<>();
    private final Map<Long, Set<@Nullable String>> indexes = new HashMap<>();
    private final Map<String, String> views = new HashMap<>();
    private final Map<String, Table> tables = new HashMap<>();
    private final Set<String> aggregates = new HashSet<>();

    private Catalog(long version, boolean utf8) {
        this.version = version;
        this.utf8 = utf8;
    }

    /** Changes whenever the schema does. */
    static long version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA schema_version")) {
            row.next();
            return row.getLong(1);
        }
    }

    static Catalog read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean utf8;
            try (ResultSet row = statement.executeQuery("PRAGMA encoding")) {
                utf8 = row.next() && row.getString(1).equalsIgnoreCase("UTF-8");
            }
            Catalog catalog = new Catalog(version(connection), utf8);
            catalog.owners.put(1L, SCHEMA_TABLE);
            try (ResultSet rows =
                    statement.executeQuery("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema")) {
                while (rows.next()) {
                    if (rows.getString(1).equals("view")) {
                        catalog.views.put(lower(rows.getString(2)), Objects.requireNonNullElse(rows.getString(5), ""));
                    } else if (rows.getLong(4) > 0) {
                        catalog.owners.put(rows.getLong(4), lower(rows.getString(3)));
                    }
                }
            }
            try (ResultSet rows =
                    statement.executeQuery("SELECT name, narg FROM pragma_function_list WHERE type <> 's'")) {
                while (rows.next()) {
                    catalog.aggregates.add(aggregate(lower(rows.getString(1)), rows.getInt(2)));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT s.rootpage, i.name FROM sqlite_schema s,"
                    + " pragma_index_xinfo(s.name) i WHERE s.type = 'index' AND i.cid <> -1")) {
                while (rows.next()) {
                    String column = rows.getString(2);
                    catalog.indexes
                            .computeIfAbsent(rows.getLong(1), root -> new HashSet<>())
                            .add(column == null ? null : lower(column));
                }
            }
            Map<String, Kind> kinds = new TreeMap<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")) {
                while (rows.next()) {
                    kinds.put(rows.getString(1), new Kind(rows.getBoolean(2)));
                }
            }
            for (Map.Entry<String, Kind> kind : kinds.entrySet()) {
                catalog.tables.put(lower(kind.getKey()), table(connection, kind.getKey(), kind.getValue()));
            }
            return catalog;
        }
    }

    long version() {
        return version;
    }

    /** Whether texts are ordered by their bytes in UTF-8. */
    boolean utf8() {
        return utf8;
    }

    /** Whose root page this is, in lower case. */
    @Nullable String ownerOf(long rootPage) {
        return owners.get(rootPage);
    }

    /** The columns, in lower case, of the index that has this root page; an expression stands as a null. */
    Set<@Nullable String> indexed(long rootPage) {
        return indexes.getOrDefault(rootPage, Set.of());
    }

    /** The text of a view. */
    @Nullable String view(String name) {
        return views.get(lower(name));
    }

    Optional<Table> table(String name) {
        return Optional.ofNullable(tables.get(lower(name)));
    }

    /** Whether a function makes one value of many rows. The smaller and the larger of two values are no aggregates. */
    boolean isAggregate(String function, int arguments) {
        return aggregates.contains(aggregate(function, arguments)) || aggregates.contains(aggregate(function, -1));
    }

    private static String aggregate(String function, int arguments) {
        return function + "/" + arguments;
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static Table table(Connection connection, String name, Kind kind) throws SQLException {
        List<Column> columns = new ArrayList<>();
        List<KeyPart> parts = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)")) {
            select.setString(1, name);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String type = Objects.requireNonNullElse(rows.getString(2), "");
                    int hidden = rows.getInt(4);
                    Affinity affinity =
                            kind.strict() && type.equalsIgnoreCase("ANY") ? Affinity.BLOB : Affinity.of(type);
                    columns.add(new Column(rows.getString(1), affinity, hidden == 1, hidden >= 2));
                    if (rows.getInt(3) > 0) {
                        parts.add(new KeyPart(rows.getInt(3), rows.getString(1)));
                    }
                }
            }
        }
        parts.sort(Comparator.comparingInt(KeyPart::position));
        return new Table(name, List.copyOf(columns), key(connection, name, parts));
    }

    private static List<KeyColumn> key(Connection connection, String table, List<KeyPart> parts) throws SQLException {
        if (parts.isEmpty()) {
            return List.of();
        }
        List<String> names =
                parts.stream().map(part -> SqlNames.quote(part.name())).toList();
        Optional<List<Collation>> collations = SortOrder.collations(connection, SqlNames.quote(table), names);
        List<KeyColumn> key = new ArrayList<>();
        for (int i = 0; collations.isPresent() && i < parts.size(); i++) {
            key.add(new KeyColumn(parts.get(i).name(), collations.get().get(i)));
        }
        return List.copyOf(key);
    }
}
