package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ChangeReader;
import dev.corrosion.crdt.LocalTransaction;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.Tombstones;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node of {@link TombstoneSimulationTest}: a replica in memory, its ledger and the rule, without network and time. */
final class TombstoneNode implements AutoCloseable {

    private static final List<String> SCHEMA = List.of(
            "CREATE TABLE wide (id INTEGER PRIMARY KEY, a, b)",
            "CREATE TABLE narrow (id TEXT PRIMARY KEY, v)",
            "CREATE TABLE bare (id TEXT PRIMARY KEY)");
    static final List<String> TABLES = List.of("wide", "narrow", "bare");

    /** Fewer than a table has, so that it takes several steps. */
    private static final int RECORDS_PER_STEP = 3;

    final ActorId id;
    private final Connection connection;
    private final Replica replica;
    private final Ledger ledger;
    private final TombstoneRule rule;
    final boolean respectsFloors;
    int collected;
    private TombstoneSweep.@Nullable Step sweep;
    private Supplier<@Nullable Map<ActorId, Long>> whatMayGo = () -> null;
    private long begunAt;

    /** When it last heard of other nodes. */
    final Map<ActorId, Long> metAt = new HashMap<>();

    /** What a version was when it was committed. */
    record Version(ActorId actor, long version, List<Change> changes) {}

    TombstoneNode(ActorId id, long retention, long now, boolean respectsFloors) throws SQLException {
        this.id = id;
        this.respectsFloors = respectsFloors;
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        replica = new Replica(() -> id);
        replica.configure(connection);
        transaction(c -> {
            try (Statement statement = c.createStatement()) {
                for (String sql : SCHEMA) {
                    statement.execute(sql);
                }
            }
            for (String table : TABLES) {
                replica.adopt(c, table);
            }
            Ledger.createTables(c);
            return true;
        });
        ledger = Ledger.load(connection, id, 0);
        rule = new TombstoneRule(id, retention, Horizon.NONE, new TombstoneEpoch(Map.of(), now));
    }

    interface Body<T> {
        T run(Connection connection) throws SQLException;
    }

    private <T> T transaction(Body<T> body) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            boolean done = false;
            try {
                T result = body.run(connection);
                statement.execute("COMMIT");
                replica.committed();
                done = true;
                return result;
            } finally {
                if (!done) {
                    statement.execute("ROLLBACK");
                    replica.rolledBack();
                }
            }
        }
    }

    Map<ActorId, ActorVersions> holds() {
        return ledger.snapshot();
    }

    Horizon horizon() {
        return rule.horizon();
    }

    TombstoneRule rule() {
        return rule;
    }

    /** A local transaction; its version, or null if it changed nothing. */
    @Nullable Version write(List<String> statements) throws SQLException {
        return recorded(c -> {
            try (Statement statement = c.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        });
    }

    private interface Recorded {
        void run(Connection connection) throws SQLException;
    }

    private @Nullable Version recorded(Recorded body) throws SQLException {
        List<Version> versions = transaction(c -> {
            replica.begin("1");
            body.run(c);
            LocalTransaction done = replica.finish();
            return done.version() == 0
                    ? List.of()
                    : List.of(new Version(
                            id,
                            done.version(),
                            replica.changes(done, Integer.MAX_VALUE).changes()));
        });
        if (versions.isEmpty()) {
            return null;
        }
        ledger.ownCommitted(versions.get(0).version());
        return versions.get(0);
    }

    void merge(Version version) throws SQLException {
        if (version.actor().equals(id) || ledger.of(version.actor()).contains(version.version())) {
            return;
        }
        Ledger.Update update = ledger.update();
        transaction(c -> {
            replica.mergeVersions(c, version.changes());
            update.applied(version.actor(), version.version(), version.version());
            update.store(c);
            return true;
        });
        update.publish();
    }

    /** Versions as this node has them now. */
    List<Version> read(List<Map.Entry<ActorId, Long>> versions) throws SQLException {
        List<Version> read = new ArrayList<>();
        try (ChangeReader reader = ChangeReader.of(connection, replica.tables())) {
            for (Map.Entry<ActorId, Long> version : versions) {
                read.add(new Version(
                        version.getKey(),
                        version.getValue(),
                        reader.read(version.getKey(), version.getValue(), 0, Integer.MAX_VALUE)
                                .changes()));
            }
        }
        return read;
    }

    /** Takes over a horizon; the version that own rows became by it, or null. */
    @Nullable Version align(Horizon other) throws SQLException {
        boolean fresh = rule.isFresh(holds());
        if (!fresh && !other.isPassedBy(holds(), rule.horizon())) {
            return null;
        }
        Horizon taken = respectsFloors ? other : new Horizon(other.versions(), Map.of());
        Version lifted = recorded(c -> {
            Tombstones tombstones = replica.tombstones(c);
            tombstones.extend(taken);
            if (fresh) {
                tombstones.liftOwnRows();
            }
        });
        rule.extended(other, fresh);
        return lifted;
    }

    boolean isCollecting() {
        return sweep != null;
    }

    /**
     * Goes on with the collection that is under way, or begins one if that may be.
     *
     * @param steps how far at most; others write before the next ones
     */
    void collect(KnownMembers known, long now, int steps) throws SQLException {
        Supplier<@Nullable Map<ActorId, Long>> collectable = () -> rule.collectable(known, holds(), now);
        if (sweep == null) {
            Map<ActorId, Long> point = collectable.get();
            if (point == null) {
                return;
            }
            sweep = new TombstoneSweep(
                            point, () -> whatMayGo.get(), rule, () -> rule.begin(holds(), begunAt), RECORDS_PER_STEP)
                    .first();
        }
        whatMayGo = collectable;
        begunAt = now;
        for (int i = 0; i < steps && sweep != null; i++) {
            TombstoneSweep.Step step = sweep;
            TombstoneSweep.Done done = transaction(c -> {
                TombstoneSweep.Done result = step.run(replica.tombstones(c));
                if (!respectsFloors) {
                    forgetFloors(c);
                }
                return result;
            });
            collected += done.dropped();
            sweep = done.next();
        }
    }

    private void forgetFloors(Connection c) throws SQLException {
        try (Statement statement = c.createStatement()) {
            statement.execute("UPDATE __corrosion_floor SET cl = 0");
        }
        for (String table : TABLES) {
            replica.refresh(c, table);
        }
    }

    List<String> rows() throws SQLException {
        List<String> all = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY id")) {
                    while (rows.next()) {
                        StringBuilder row = new StringBuilder(table);
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            row.append(' ').append(rows.getString(i));
                        }
                        all.add(row.toString());
                    }
                }
            }
        }
        return all;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
