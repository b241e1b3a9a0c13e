package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.Database;
import dev.corrosion.store.SqlValues;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One site of a vector: a database file with its replica. */
final class ConformanceSite implements AutoCloseable {

    private final Path file;
    private final Map<String, List<String>> columns = new TreeMap<>();
    private Database database;
    private Replica replica;

    ConformanceSite(Path file, ActorId actor) {
        this.file = file;
        this.replica = new Replica(() -> actor);
        this.database = Database.open(file, replica);
    }

    /** What a step did, in the words of the vectors. */
    record Outcome(String outcome, List<Boolean> impact, List<String> results) {}

    /** Everything that others can see of a site, as text. */
    record State(long version, Map<String, List<String>> tables, List<String> changes) {}

    private static final class Undo extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    void reopen() {
        database.close();
        replica = new Replica(() -> {
            throw new AssertionError("the identity is in the file");
        });
        database = Database.open(file, replica);
    }

    @Override
    public void close() {
        database.close();
    }

    void define(JsonNode tableInfo) {
        List<String> names = new ArrayList<>();
        tableInfo.get("columns").forEach(column -> names.add(column.stringValue()));
        columns.put(tableInfo.get("name").stringValue(), names);
    }

    void adopt(List<String> sql, String table, String ts) {
        database.write(c -> {
                    run(c, sql);
                    replica.begin(ts);
                    replica.adopt(c, table);
                    return replica.finish();
                })
                .join();
    }

    void alter(List<String> sql, String table) {
        database.write(c -> {
                    run(c, sql);
                    replica.refresh(c, table);
                    return true;
                })
                .join();
    }

    private static void run(Connection connection, List<String> sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    Outcome transaction(JsonNode step) {
        boolean proceed = step.path("on_error").asString("rollback").equals("continue");
        boolean undo = step.get("op").stringValue().equals("rollback");
        List<String> results = new ArrayList<>();
        try {
            database.write(c -> {
                        replica.begin(step.get("ts").stringValue());
                        for (JsonNode sql : step.get("sql")) {
                            String failure = execute(c, sql);
                            results.add(failure == null ? "ok" : "error");
                            if (failure != null && !proceed) {
                                throw new Undo();
                            }
                        }
                        if (undo) {
                            throw new Undo();
                        }
                        return replica.finish();
                    })
                    .join();
            return new Outcome("commit", List.of(), results);
        } catch (CompletionException e) {
            if (e.getCause() instanceof Undo) {
                return new Outcome("rollback", List.of(), results);
            }
            throw e;
        }
    }

    private static @Nullable String execute(Connection connection, JsonNode sql) {
        try (PreparedStatement statement =
                connection.prepareStatement(sql.get(0).stringValue())) {
            int index = 1;
            for (JsonNode parameter : sql.get(1)) {
                SqlValues.bind(statement, index++, Vectors.value(parameter));
            }
            statement.execute();
            return null;
        } catch (SQLException e) {
            return e.getMessage();
        }
    }

    Outcome merge(List<Change> changes) {
        try {
            MergeResult result = database.write(c -> replica.merge(c, changes)).join();
            return new Outcome("commit", result.impact(), List.of());
        } catch (CompletionException e) {
            if (e.getCause() instanceof MergeException) {
                return new Outcome("error", List.of(), List.of());
            }
            throw e;
        }
    }

    State state() {
        return database.read(c -> {
            Map<String, List<String>> tables = new TreeMap<>();
            for (Map.Entry<String, List<String>> table : columns.entrySet()) {
                tables.put(table.getKey(), rows(c, table.getKey(), table.getValue()));
            }
            List<String> changes = ChangeReader.all(c, replica.tables()).stream()
                    .map(Vectors::show)
                    .sorted()
                    .toList();
            return new State(replica.version(), tables, changes);
        });
    }

    private static List<String> rows(Connection connection, String table, List<String> names) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet all = statement.executeQuery("SELECT " + Sql.names(names) + " FROM " + Sql.name(table))) {
            while (all.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= names.size(); i++) {
                    row.add(Vectors.show(SqlValues.read(all, i)));
                }
                rows.add(row.toString());
            }
        }
        rows.sort(null);
        return rows;
    }

    /** The changes of every version on the site, read version by version as others would ask for them. */
    List<String> changesByPages(int maxBytes) {
        return database.read(c -> {
            List<String> read = new ArrayList<>();
            List<Change> all = ChangeReader.all(c, replica.tables());
            for (ActorId site : all.stream().map(Change::site).distinct().toList()) {
                for (long version : all.stream()
                        .filter(change -> change.site().equals(site))
                        .map(Change::dbVersion)
                        .distinct()
                        .toList()) {
                    readVersion(c, site, version, maxBytes).forEach(change -> read.add(Vectors.show(change)));
                }
            }
            read.sort(null);
            return read;
        });
    }

    private List<Change> readVersion(Connection connection, ActorId site, long version, int maxBytes)
            throws SQLException {
        List<Change> read = new ArrayList<>();
        ChangePage page;
        long from = 0;
        do {
            try (ChangeReader reader = ChangeReader.of(connection, replica.tables())) {
                page = reader.read(site, version, from, maxBytes);
            }
            read.addAll(page.changes());
            from = read.isEmpty() ? 0 : read.get(read.size() - 1).seq() + 1;
        } while (!page.last());
        return read;
    }
}
