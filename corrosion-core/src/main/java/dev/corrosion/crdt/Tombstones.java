package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.Heads;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.store.PreparedStatements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The records of deleted rows, and what is kept of them when they are collected: the {@link Horizon}, and the epoch that
 * decides what may go next. When they may go is for the caller to know, see docs/tombstones.md; here it is done.
 *
 * <p>On the writer thread, inside the caller's transaction.
 */
public final class Tombstones {

    private static final String EPOCH_START = "epoch_start";

    private static final List<String> TABLES = List.of(
            "__corrosion_horizon (actor BLOB PRIMARY KEY NOT NULL, version INTEGER NOT NULL)",
            "__corrosion_floor (name TEXT PRIMARY KEY NOT NULL, cl INTEGER NOT NULL)",
            "__corrosion_epoch (actor BLOB PRIMARY KEY NOT NULL, version INTEGER NOT NULL)");

    private final Connection connection;
    private final PreparedStatements statements;
    private final Catalog catalog;
    private final long self;
    private final Note noteOwnVersion;
    private final TombstoneScan scan;

    /** Keeps the last own version where it can be found when its record is gone. */
    interface Note {
        void run() throws SQLException;
    }

    /**
     * The point that all members must pass before what lies behind it is collected.
     *
     * @param passed by actor, the version up to which everything was here when it began
     * @param startedAt when it began, by the local clock, in milliseconds since 1970
     */
    public record Epoch(Map<ActorId, Long> passed, long startedAt) {

        public Epoch {
            passed = Heads.copyOf(passed);
        }
    }

    Tombstones(
            Connection connection,
            PreparedStatements statements,
            Catalog catalog,
            Actors actors,
            long self,
            Note noteOwnVersion) {
        this.connection = connection;
        this.statements = statements;
        this.catalog = catalog;
        this.self = self;
        this.noteOwnVersion = noteOwnVersion;
        this.scan = new TombstoneScan(statements, catalog, actors);
    }

    /** Makes the tables that are missing. */
    static void prepare(Connection connection) throws SQLException {
        List<Long> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute("CREATE TABLE IF NOT EXISTS " + table + " WITHOUT ROWID");
            }
            try (ResultSet rows = statement.executeQuery("SELECT id FROM __corrosion_table")) {
                while (rows.next()) {
                    tables.add(rows.getLong(1));
                }
            }
            for (long table : tables) {
                Clock.dropTombstoneIndex(statement, table);
            }
        }
    }

    /** The causal length with which a row of a key never seen begins: odd, and above that of every collected tombstone. */
    static long birth(Connection connection, String table) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT cl FROM __corrosion_floor WHERE name = ?")) {
            select.setString(1, table);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? above(row.getLong(1)) : 1;
            }
        }
    }

    private static long above(long floor) {
        return floor + 1 + (floor & 1);
    }

    /** What is known to have been collected. */
    public Horizon horizon() throws SQLException {
        Map<String, Long> floors = new HashMap<>();
        try (ResultSet rows =
                statements.get("SELECT name, cl FROM __corrosion_floor").executeQuery()) {
            while (rows.next()) {
                floors.put(rows.getString(1), rows.getLong(2));
            }
        }
        return new Horizon(versions("__corrosion_horizon"), floors);
    }

    private Map<ActorId, Long> versions(String table) throws SQLException {
        Map<ActorId, Long> versions = new HashMap<>();
        try (ResultSet rows =
                statements.get("SELECT actor, version FROM " + table).executeQuery()) {
            while (rows.next()) {
                versions.put(ActorId.of(rows.getBytes(1)), rows.getLong(2));
            }
        }
        return versions;
    }

    /** The epoch that was kept last; one that began in 1970 and in which nothing was here if there was none. */
    public Epoch epoch() throws SQLException {
        Long startedAt = InternalTables.meta(connection, EPOCH_START);
        return new Epoch(versions("__corrosion_epoch"), startedAt == null ? 0 : startedAt);
    }

    /** Keeps the epoch over a restart. */
    public void keep(Epoch epoch) throws SQLException {
        InternalTables.putMeta(connection, EPOCH_START, epoch.startedAt());
        statements.get("DELETE FROM __corrosion_epoch").executeUpdate();
        for (Map.Entry<ActorId, Long> entry : epoch.passed().entrySet()) {
            put("INSERT INTO __corrosion_epoch VALUES (?, ?)", entry.getKey().bytes(), entry.getValue());
        }
    }

    private void put(String sql, Object key, long value) throws SQLException {
        PreparedStatement put = statements.get(sql);
        put.setObject(1, key);
        put.setLong(2, value);
        put.executeUpdate();
    }

    /**
     * How far the horizon must reach before the tombstones up to these versions may be dropped, as far as the next records
     * of rows tell. Only reads.
     *
     * @param from where the batch begins, {@link ScanPosition#START} for the first
     * @param records how many are looked at, at most
     */
    public TombstoneBatch<Horizon> reach(Map<ActorId, Long> upTo, ScanPosition from, int records) throws SQLException {
        return scan.reach(upTo, from, records);
    }

    /** Moves the horizon out to this one as well; rows of keys never seen begin above it from now on. */
    public void extend(Horizon horizon) throws SQLException {
        Horizon before = horizon();
        for (Map.Entry<ActorId, Long> entry : horizon.versions().entrySet()) {
            put(
                    "INSERT INTO __corrosion_horizon VALUES (?, ?) ON CONFLICT DO UPDATE SET"
                            + " version = max(version, excluded.version)",
                    entry.getKey().bytes(),
                    entry.getValue());
        }
        for (Map.Entry<String, Long> entry : horizon.floors().entrySet()) {
            put(
                    "INSERT INTO __corrosion_floor VALUES (?, ?) ON CONFLICT DO UPDATE SET cl = max(cl, excluded.cl)",
                    entry.getKey(),
                    entry.getValue());
        }
        for (ReplicatedTable table : List.copyOf(catalog.current())) {
            long floor = horizon.floors().getOrDefault(table.name(), 0L);
            if (floor > before.floors().getOrDefault(table.name(), 0L)) {
                catalog.refresh(connection, table.name());
            }
        }
    }

    /**
     * Drops those among the next records of rows that are tombstones which this horizon covers, and what is kept for
     * their rows.
     *
     * @param covered what {@link #reach} gave; the horizon here must have been {@link #extend}ed to it
     * @param from where the batch begins, {@link ScanPosition#START} for the first
     * @param records how many are looked at, at most
     * @return how many were dropped
     */
    public TombstoneBatch<Integer> drop(Horizon covered, ScanPosition from, int records) throws SQLException {
        TombstoneBatch<Integer> batch = scan.drop(covered, from, records);
        if (batch.found() > 0) {
            noteOwnVersion.run();
        }
        return batch;
    }

    /**
     * Gives the rows that live here a causal length above the floor, as changes of this actor; inside a recording. For a
     * database that has written before it met anybody: it could not know of the floors, and its rows must count as
     * inserted now.
     */
    public void liftOwnRows() throws SQLException {
        for (ReplicatedTable table : catalog.current()) {
            Clock clock = new Clock(table);
            int cells = clock.width();
            int ahead = cells > 0 ? 1 : 0;
            long birth = birth(connection, table.name());
            String below = " WHERE cl % 2 = 1 AND cl < " + birth;
            statements
                    .get("DELETE FROM " + clock.cells() + " WHERE (" + clock.keys() + ") IN (SELECT " + clock.keys()
                            + " FROM " + clock.rows() + below + ")")
                    .executeUpdate();
            statements
                    .get("UPDATE " + clock.rows() + " SET cl = " + birth + ", n = " + cells + ", cv = "
                            + (cells == 0 ? "NULL" : "1") + ", actor = " + self + ", version = " + Triggers.VERSION
                            + "(), seq = " + Triggers.SEQ + "(" + table.id() + ", " + (Math.max(cells, 1) + ahead)
                            + ") + " + ahead + ", ts = " + Triggers.TS + "()" + below)
                    .executeUpdate();
        }
    }
}
