package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds tombstones by reading the records of all rows: table by table, in the order of their keys, a batch at a time. An
 * index would find them at once, but every deletion would have to write it. A batch is of one table; a table may be
 * empty, and so may be a batch.
 */
final class TombstoneScan {

    private record Found(long actor, long version, long seq) {}

    private final PreparedStatements statements;
    private final Catalog catalog;
    private final Actors actors;

    TombstoneScan(PreparedStatements statements, Catalog catalog, Actors actors) {
        this.statements = statements;
        this.catalog = catalog;
        this.actors = actors;
    }

    /** See {@link Tombstones#reach}. */
    TombstoneBatch<Horizon> reach(Map<ActorId, Long> upTo, ScanPosition from, int records) throws SQLException {
        ClockRange range = range(from, records, table -> true);
        if (range == null) {
            return new TombstoneBatch<>(Horizon.NONE, null);
        }
        Map<ActorId, Long> versions = new HashMap<>();
        Map<String, Long> floors = new HashMap<>();
        try (ResultSet row = range.tombstones(statements, "actor, version, cl")) {
            while (row.next()) {
                ActorId actor = actors.actor(row.getLong(1));
                long version = row.getLong(2);
                if (version <= upTo.getOrDefault(actor, 0L)) {
                    versions.merge(actor, version, Math::max);
                    floors.merge(range.table().name(), row.getLong(3), Math::max);
                }
            }
        }
        return new TombstoneBatch<>(new Horizon(versions, floors), range.next());
    }

    /** See {@link Tombstones#drop}. */
    TombstoneBatch<Integer> drop(Horizon covered, ScanPosition from, int records) throws SQLException {
        ClockRange range = range(from, records, table -> covered.floors().containsKey(table.name()));
        if (range == null) {
            return new TombstoneBatch<>(0, null);
        }
        List<Found> found = covered(covered, range);
        // By what the records of changes are found by: no key has to leave SQLite for it.
        PreparedStatement delete = statements.get("DELETE FROM " + range.rows() + " INDEXED BY " + range.rows()
                + "_version WHERE actor = ? AND version = ? AND seq = ? AND cl <= ? AND " + Clock.IS_TOMBSTONE);
        long floor = floor(covered, range.table());
        int dropped = 0;
        for (Found tombstone : found) {
            delete.setLong(1, tombstone.actor());
            delete.setLong(2, tombstone.version());
            delete.setLong(3, tombstone.seq());
            delete.setLong(4, floor);
            dropped += delete.executeUpdate();
        }
        return new TombstoneBatch<>(dropped, range.next());
    }

    private List<Found> covered(Horizon horizon, ClockRange range) throws SQLException {
        ReplicatedTable table = range.table();
        long floor = floor(horizon, table);
        boolean parked = hasParked(table);
        List<Found> found = new ArrayList<>();
        try (ResultSet row = range.tombstones(
                statements, "actor, version, cl, seq" + (parked ? ", " + new Clock(table).keys() : ""))) {
            while (row.next()) {
                long actor = row.getLong(1);
                long version = row.getLong(2);
                long cl = row.getLong(3);
                if (version <= horizon.versions().getOrDefault(actors.actor(actor), 0L) && cl <= floor) {
                    found.add(new Found(actor, version, row.getLong(4)));
                    if (parked) {
                        dropParked(table, key(row, 5, table.key().size()), cl);
                    }
                }
            }
        }
        return found;
    }

    private static long floor(Horizon horizon, ReplicatedTable table) {
        return horizon.floors().getOrDefault(table.name(), 0L);
    }

    /** The next records, of the first table from there on that is wanted; null if there is no such table. */
    private @Nullable ClockRange range(ScanPosition from, int records, Predicate<ReplicatedTable> wanted)
            throws SQLException {
        ReplicatedTable table = catalog.current().stream()
                .filter(known -> known.id() >= from.table() && wanted.test(known))
                .min(Comparator.comparingLong(ReplicatedTable::id))
                .orElse(null);
        return table == null ? null : ClockRange.of(statements, table, from, records);
    }

    private boolean hasParked(ReplicatedTable table) throws SQLException {
        PreparedStatement select = statements.get("SELECT 1 FROM " + Parked.TABLE + " WHERE tbl = ? LIMIT 1");
        select.setString(1, table.name());
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    /** Cells of columns that are not here yet, of a row that is deleted: without its tombstone they would bring it back. */
    private void dropParked(ReplicatedTable table, List<@Nullable Object> key, long cl) throws SQLException {
        PreparedStatement delete =
                statements.get("DELETE FROM " + Parked.TABLE + " WHERE tbl = ? AND pk = ? AND cl < ?");
        delete.setString(1, table.name());
        delete.setBytes(2, PackedKey.pack(key));
        delete.setLong(3, cl);
        delete.executeUpdate();
    }

    private static List<@Nullable Object> key(ResultSet row, int from, int parts) throws SQLException {
        List<@Nullable Object> key = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            key.add(SqlValues.read(row, from + i));
        }
        return key;
    }
}
