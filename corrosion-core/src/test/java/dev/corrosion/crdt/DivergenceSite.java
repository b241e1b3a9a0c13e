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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A database that hears versions as a node does: each of another actor once, whole, and never again. */
final class DivergenceSite implements AutoCloseable {

    private final Path file;
    private final ActorId actor;
    private final Map<ActorId, Long> heads = new HashMap<>();
    private Database database;
    private Replica replica;

    DivergenceSite(Path file, ActorId actor) {
        this.file = file;
        this.actor = actor;
        this.replica = new Replica(() -> actor);
        this.database = Database.open(file, replica);
    }

    @Override
    public void close() {
        database.close();
    }

    void reopen() {
        database.close();
        replica = new Replica(() -> {
            throw new AssertionError("the identity is in the file");
        });
        database = Database.open(file, replica);
    }

    Replica replica() {
        return replica;
    }

    Database database() {
        return database;
    }

    void create(String table, String sql) {
        database.write(c -> {
                    run(c, sql);
                    replica.adopt(c, table);
                    return true;
                })
                .join();
    }

    void addColumn(String table, String column) {
        database.write(c -> {
                    run(c, "ALTER TABLE " + table + " ADD COLUMN " + column);
                    replica.refresh(c, table);
                    return true;
                })
                .join();
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** One transaction; returns its version, 0 if it has none. */
    long write(String... statements) {
        return database.write(c -> {
                    replica.begin("7");
                    for (String sql : statements) {
                        run(c, sql);
                    }
                    return replica.finish();
                })
                .join()
                .version();
    }

    /** One statement with values as they are: SQL has no literal for some. */
    long write(String sql, List<? extends @Nullable Object> parameters) {
        return database.write(c -> {
                    replica.begin("7");
                    try (PreparedStatement statement = c.prepareStatement(sql)) {
                        int index = 1;
                        for (Object parameter : parameters) {
                            SqlValues.bind(statement, index++, parameter);
                        }
                        statement.execute();
                    }
                    return replica.finish();
                })
                .join()
                .version();
    }

    /** Hears every version that the other has of any actor and this one has not heard of. */
    void hear(DivergenceSite from) {
        Map<ActorId, TreeSet<Long>> there = new HashMap<>();
        for (Change change : from.changes()) {
            there.computeIfAbsent(change.site(), site -> new TreeSet<>()).add(change.dbVersion());
        }
        there.remove(actor);
        there.forEach((site, versions) -> {
            for (long version : versions.tailSet(heads.getOrDefault(site, 0L), false)) {
                merge(from.version(site, version));
                heads.put(site, version);
            }
        });
    }

    void merge(List<Change> changes) {
        database.write(c -> replica.merge(c, changes)).join();
    }

    List<Change> changes() {
        return database.read(c -> ChangeReader.all(c, replica.tables()));
    }

    List<Change> version(ActorId site, long version) {
        return database.read(c -> {
            try (ChangeReader reader = ChangeReader.of(c, replica.tables())) {
                return reader.read(site, version, 0, Integer.MAX_VALUE).changes();
            }
        });
    }

    /** The rows as text that tells types and bits, sorted. */
    List<String> rows(String sql) {
        return database.read(c -> {
            List<String> rows = new ArrayList<>();
            try (Statement statement = c.createStatement();
                    ResultSet all = statement.executeQuery(sql)) {
                while (all.next()) {
                    List<@Nullable Object> row = new ArrayList<>();
                    for (int i = 1; i <= all.getMetaData().getColumnCount(); i++) {
                        row.add(SqlValues.read(all, i));
                    }
                    rows.add(SiteState.row(row));
                }
            }
            rows.sort(null);
            return rows;
        });
    }
}
