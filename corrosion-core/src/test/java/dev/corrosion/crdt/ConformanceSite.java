package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.Ledger;
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

/** One site of a vector: a database file with its replica, and the ledger that keeps account of others' versions. */
final class ConformanceSite implements AutoCloseable {

    private final Path file;
    private final ActorId actor;
    private final Map<String, List<String>> columns = new TreeMap<>();
    private Database database;
    private Replica replica;
    private Ledger ledger;

    ConformanceSite(Path file, ActorId actor) {
        this.file = file;
        this.actor = actor;
        this.replica = new Replica(() -> actor);
        this.database = Database.open(file, replica);
        this.ledger = loadLedger();
    }

    /** What a step did, in the words of the vectors. */
    record Outcome(String outcome, List<Boolean> impact, List<String> results) {}

    private static final class Undo extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    void reopen() {
        database.close();
        replica = new Replica(() -> {
            throw new AssertionError("the identity is in the file");
        });
        database = Database.open(file, replica);
        ledger = loadLedger();
    }

    private Ledger loadLedger() {
        return database.write(c -> {
                    Ledger.createTables(c);
                    return Ledger.load(c, actor, replica.version());
                })
                .join();
    }

    @Override
    public void close() {
        database.close();
    }

    /** Takes note of a table as the vector describes it. */
    void define(JsonNode tableInfo) {
        columns.put(tableInfo.get("name").stringValue(), Vectors.strings(tableInfo.get("columns")));
    }

    /** The key of a table as the replica has it. */
    List<String> key(String table) {
        return ReplicatedTable.find(replica.tables(), table).orElseThrow().key();
    }

    void adopt(List<String> sql, String table, String ts) {
        commit(c -> {
            run(c, sql);
            replica.begin(ts);
            replica.adopt(c, table);
        });
    }

    void alter(List<String> sql, String table, String ts) {
        commit(c -> {
            replica.begin(ts);
            run(c, sql);
            replica.refresh(c, table);
        });
    }

    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    private void commit(Work work) {
        database.write(c -> {
                    work.run(c);
                    return replica.finish();
                })
                .join();
        ledger.ownCommitted(replica.version());
    }

    private static void run(Connection connection, List<String> sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    Outcome transaction(JsonNode step) {
        String onError = step.path("on_error").asString("rollback");
        if (!onError.equals("rollback") && !onError.equals("continue")) {
            throw new IllegalArgumentException("unknown on_error " + onError);
        }
        boolean undo = step.get("op").stringValue().equals("rollback");
        List<String> results = new ArrayList<>();
        try {
            commit(c -> {
                replica.begin(step.get("ts").stringValue());
                for (JsonNode sql : step.get("sql")) {
                    boolean done = execute(c, sql.get(0).stringValue(), Vectors.values(sql.get(1)));
                    results.add(done ? "ok" : "error");
                    if (!done && onError.equals("rollback")) {
                        throw new Undo();
                    }
                }
                if (undo) {
                    throw new Undo();
                }
            });
            return new Outcome("commit", List.of(), results);
        } catch (CompletionException e) {
            if (e.getCause() instanceof Undo) {
                return new Outcome("rollback", List.of(), results);
            }
            throw e;
        }
    }

    private static boolean execute(Connection connection, String sql, List<@Nullable Object> parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (Object parameter : parameters) {
                SqlValues.bind(statement, index++, parameter);
            }
            statement.execute();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    Outcome merge(List<Change> changes) {
        Ledger.Update update = ledger.update();
        try {
            MergeResult result = database.write(c -> {
                        MergeResult merged = replica.merge(c, changes);
                        for (Change change : changes) {
                            if (!change.site().equals(actor)) {
                                update.heard(change.site(), change.dbVersion());
                            }
                        }
                        update.store(c);
                        return merged;
                    })
                    .join();
            update.publish();
            return new Outcome("commit", result.impact(), List.of());
        } catch (CompletionException e) {
            if (e.getCause() instanceof MergeException) {
                return new Outcome("error", List.of(), List.of());
            }
            throw e;
        }
    }

    /** Another actor is known to have reached a version. What others say of this one's own version is not taken over. */
    void heard(ActorId peer, long version) {
        if (peer.equals(actor)) {
            return;
        }
        Ledger.Update update = ledger.update();
        database.write(c -> {
                    update.heard(peer, version);
                    update.store(c);
                    return true;
                })
                .join();
        update.publish();
    }

    SiteState state() {
        return database.read(c -> {
            Map<String, List<String>> tables = new TreeMap<>();
            for (Map.Entry<String, List<String>> table : columns.entrySet()) {
                tables.put(table.getKey(), rows(c, table.getKey(), table.getValue()));
            }
            Map<ActorId, Long> heads = new TreeMap<>();
            ledger.snapshot().forEach((peer, versions) -> heads.put(peer, versions.head()));
            return new SiteState(
                    replica.version(), heads, tables, SiteState.byPlace(ChangeReader.all(c, replica.tables())));
        });
    }

    static List<String> rows(Connection connection, String table, List<String> names) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet all = statement.executeQuery("SELECT " + Sql.names(names) + " FROM " + Sql.name(table))) {
            while (all.next()) {
                List<@Nullable Object> row = new ArrayList<>();
                for (int i = 1; i <= names.size(); i++) {
                    row.add(SqlValues.read(all, i));
                }
                rows.add(SiteState.row(row));
            }
        }
        rows.sort(null);
        return rows;
    }

    /** The changes of every version on the site, read version by version as others would ask for them. */
    Map<String, Change> changesByPages(int maxBytes) {
        return database.read(c -> {
            List<Change> read = new ArrayList<>();
            List<Change> all = ChangeReader.all(c, replica.tables());
            for (ActorId site : all.stream().map(Change::site).distinct().toList()) {
                for (long version : all.stream()
                        .filter(change -> change.site().equals(site))
                        .map(Change::dbVersion)
                        .distinct()
                        .toList()) {
                    read.addAll(readVersion(c, site, version, maxBytes));
                }
            }
            return SiteState.byPlace(read);
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
