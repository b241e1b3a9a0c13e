package dev.corrosion.schema;

import dev.corrosion.SchemaPlan.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What schemas have declared so far, as kept in the table {@code __corrosion_schema}. Only this is the node's to drop:
 * what somebody made by hand is not in it.
 */
record SchemaMemory(Set<Entry> entries) {

    private static final String NAME = "__corrosion_schema";

    /**
     * Something that was declared.
     *
     * @param type table, index, view or trigger
     */
    record Entry(String type, String name, String sql) {}

    /** Works on any connection, also on one that can only read. */
    static SchemaMemory read(Connection connection) throws SQLException {
        Set<Entry> entries = new LinkedHashSet<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet table = statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE name = '" + NAME + "'")) {
                if (!table.next()) {
                    return new SchemaMemory(Set.of());
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT type, name, sql FROM " + NAME)) {
                while (rows.next()) {
                    entries.add(new Entry(
                            Objects.requireNonNull(rows.getString(1)),
                            Objects.requireNonNull(rows.getString(2)),
                            Objects.requireNonNull(rows.getString(3))));
                }
            }
        }
        return new SchemaMemory(entries);
    }

    boolean has(Kind kind, String name) {
        return has(kind.toString(), name);
    }

    boolean hasTable(String name) {
        return has(PresentSchema.TABLE, name);
    }

    private boolean has(String type, String name) {
        return entries.stream()
                .anyMatch(entry -> entry.type().equals(type) && entry.name().equalsIgnoreCase(name));
    }

    /**
     * Remembers what is declared, and of what was declared before, whatever is still there.
     *
     * @param present the database as the migration leaves it
     */
    void update(Connection connection, DeclaredSchema declared, PresentSchema present) throws SQLException {
        SchemaMemory now = new SchemaMemory(new HashSet<>());
        declared.tables().forEach(one -> now.entries.add(new Entry(PresentSchema.TABLE, one.name(), one.sql())));
        declared.others().forEach(one -> now.entries.add(new Entry(one.kind().toString(), one.name(), one.sql())));
        for (Entry entry : entries) {
            Optional<PresentSchema.Item> kept = present.items().stream()
                    .filter(item ->
                            item.type().equals(entry.type()) && item.name().equalsIgnoreCase(entry.name()))
                    .findFirst();
            if (kept.isPresent() && !now.has(entry.type(), entry.name())) {
                now.entries.add(entry);
            }
        }
        if (!now.entries.equals(entries)) {
            now.write(connection);
        }
    }

    private void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS " + NAME + " (type TEXT NOT NULL, name TEXT NOT NULL,"
                    + " sql TEXT NOT NULL, PRIMARY KEY (type, name)) WITHOUT ROWID");
            statement.execute("DELETE FROM " + NAME);
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + NAME + " VALUES (?, ?, ?)")) {
            for (Entry entry : entries) {
                insert.setString(1, entry.type());
                insert.setString(2, entry.name());
                insert.setString(3, entry.sql());
                insert.executeUpdate();
            }
        }
    }
}
