package dev.corrosion.crdt;

import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges changes of one row: reads its clock once, decides in memory and writes once, with the result of applying them
 * one by one.
 *
 * <p>The rules, in order. A change of an older life of the row is ignored. An even causal length deletes the row and all
 * its cells; of two tombstones of the same length, the one of the larger actor is kept. An odd causal length beyond the
 * row's own revives it; cells that were still there then lose to any of the new life. A cell is won by the higher column
 * version, then the larger value, then the larger actor.
 */
final class RowMerge {

    /** A record of the clock, as far as decisions need it. */
    private record Stamp(long colVersion, long actor) {}

    private final PreparedStatements statements;
    private final Actors actors;
    private final ReplicatedTable table;
    private final byte[] pk;
    private final List<@Nullable Object> key;

    /** 0 if the row has no number yet. */
    private long row;

    private final Map<String, Stamp> clock = new HashMap<>();
    private @Nullable Map<String, @Nullable Object> stored;

    private boolean delete;
    private boolean create;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
    private boolean dropClock;
    private boolean zeroClock;
    private final Map<String, NewRecord> records = new LinkedHashMap<>();

    /** A record to be written: that of the change, except for the column version. */
    private record NewRecord(Change change, long colVersion) {}

    private boolean changedTable;

    RowMerge(PreparedStatements statements, Actors actors, ReplicatedTable table, byte[] pk, List<@Nullable Object> key)
            throws SQLException {
        this.statements = statements;
        this.actors = actors;
        this.table = table;
        this.pk = pk;
        this.key = key;
        readClock();
    }

    private void readClock() throws SQLException {
        PreparedStatement select = statements.get("SELECT r.id, c.cid, c.col_version, c.actor FROM __corrosion_row r"
                + " LEFT JOIN __corrosion_cell c ON c.row = r.id WHERE r.tbl = ? AND r.pk = ?");
        select.setLong(1, table.id());
        select.setBytes(2, pk);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                row = rows.getLong(1);
                String cid = rows.getString(2);
                if (cid != null) {
                    clock.put(cid, new Stamp(rows.getLong(3), rows.getLong(4)));
                }
            }
        }
    }

    /** Applies a change; returns whether it had an effect worth passing on. */
    boolean apply(Change change) throws SQLException {
        long local = causalLength();
        if (change.cl() < local) {
            return false;
        }
        if (change.cl() % 2 == 0) {
            return applyTombstone(change, local);
        }
        if (change.isSentinel()) {
            if (change.cl() == local) {
                return false;
            }
            revive();
            record(change, change.colVersion());
            return true;
        }
        if (!table.columns().contains(change.cid())) {
            throw new MergeException(
                    "the table " + table.name() + " has no column " + change.cid()
                            + " here; does another node have a newer schema?",
                    null);
        }
        if (change.cl() > local && (local > 0 || change.cl() > 1)) {
            // The real sentinel may come later; until then, and for good, this change stands in for it.
            revive();
            records.put(Change.SENTINEL, new NewRecord(change, change.cl()));
            clock.put(Change.SENTINEL, new Stamp(change.cl(), actors.number(change.site())));
        } else if (change.cl() == local && !beats(change)) {
            return false;
        }
        values.put(change.cid(), change.val());
        record(change, change.colVersion());
        return true;
    }

    private boolean applyTombstone(Change change, long local) throws SQLException {
        if (change.cl() == local) {
            Stamp mine = clock.get(Change.SENTINEL);
            if (mine != null && change.site().compareTo(actors.actor(mine.actor())) > 0) {
                record(change, Change.SENTINEL, change.colVersion());
            }
            return false;
        }
        delete = true;
        create = false;
        values.clear();
        dropClock = true;
        zeroClock = false;
        clock.clear();
        records.clear();
        record(change, Change.SENTINEL, change.colVersion());
        return true;
    }

    private long causalLength() {
        Stamp sentinel = clock.get(Change.SENTINEL);
        if (sentinel != null) {
            return sentinel.colVersion();
        }
        return clock.isEmpty() ? 0 : 1;
    }

    private void revive() {
        create = true;
        zeroClock = true;
        clock.replaceAll((cid, stamp) -> cid.equals(Change.SENTINEL) ? stamp : new Stamp(0, stamp.actor()));
        records.replaceAll((cid, record) -> new NewRecord(record.change(), 0));
    }

    private boolean beats(Change change) throws SQLException {
        Stamp mine = clock.get(change.cid());
        if (mine == null) {
            return true;
        }
        if (change.colVersion() != mine.colVersion()) {
            return change.colVersion() > mine.colVersion();
        }
        int order = ValueOrder.compare(change.val(), stored(change.cid()));
        return order > 0 || (order == 0 && change.site().compareTo(actors.actor(mine.actor())) > 0);
    }

    private void record(Change change, long colVersion) throws SQLException {
        record(change, change.cid(), colVersion);
    }

    private void record(Change change, String cid, long colVersion) throws SQLException {
        records.put(cid, new NewRecord(change, colVersion));
        clock.put(cid, new Stamp(colVersion, actors.number(change.site())));
    }

    /** The value in the table, which is not always the one that was written: the column's affinity may convert it. */
    private @Nullable Object stored(String column) throws SQLException {
        if (values.containsKey(column)) {
            write();
        }
        if (stored == null) {
            stored = readValues();
        }
        return stored.get(column);
    }

    private Map<String, @Nullable Object> readValues() throws SQLException {
        PreparedStatement select = statements.get("SELECT " + Sql.names(table.columns()) + " FROM "
                + Sql.name(table.name()) + " WHERE " + Sql.equalTo(table.key()));
        bindKey(select, 1);
        Map<String, @Nullable Object> read = new HashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            if (rows.next()) {
                for (int i = 0; i < table.columns().size(); i++) {
                    read.put(table.columns().get(i), SqlValues.read(rows, i + 1));
                }
            }
        }
        return read;
    }

    /** Writes what was decided. Returns whether the table itself was touched, now or by an earlier call. */
    boolean write() throws SQLException {
        writeTable();
        writeClock();
        return changedTable;
    }

    private void writeTable() throws SQLException {
        if (delete) {
            PreparedStatement sql =
                    statements.get("DELETE FROM " + Sql.name(table.name()) + " WHERE " + Sql.equalTo(table.key()));
            bindKey(sql, 1);
            changedTable |= sql.executeUpdate() > 0;
        }
        if (create || !values.isEmpty()) {
            PreparedStatement sql = statements.get(upsert(List.copyOf(values.keySet())));
            int index = bindKey(sql, 1);
            for (Object value : values.values()) {
                SqlValues.bind(sql, index++, value);
            }
            changedTable |= sql.executeUpdate() > 0;
        }
        if (delete || create || !values.isEmpty()) {
            stored = null;
        }
        delete = false;
        create = false;
        values.clear();
    }

    private String upsert(List<String> columns) {
        StringBuilder sql = new StringBuilder("INSERT INTO ")
                .append(Sql.name(table.name()))
                .append(" (")
                .append(Sql.names(table.key()));
        columns.forEach(column -> sql.append(", ").append(Sql.name(column)));
        sql.append(") VALUES (")
                .append(Sql.placeholders(table.key().size() + columns.size()))
                .append(") ON CONFLICT DO ");
        if (columns.isEmpty()) {
            return sql.append("NOTHING").toString();
        }
        return sql.append("UPDATE SET ")
                .append(Sql.list(columns, column -> Sql.name(column) + " = excluded." + Sql.name(column)))
                .toString();
    }

    private void writeClock() throws SQLException {
        if (row == 0 && !records.isEmpty()) {
            row = newRow();
        }
        if (dropClock) {
            PreparedStatement sql = statements.get("DELETE FROM __corrosion_cell WHERE row = ?");
            sql.setLong(1, row);
            sql.executeUpdate();
        }
        if (zeroClock) {
            PreparedStatement sql = statements.get(
                    "UPDATE __corrosion_cell SET col_version = 0 WHERE row = ? AND cid <> '" + Change.SENTINEL + "'");
            sql.setLong(1, row);
            sql.executeUpdate();
        }
        for (Map.Entry<String, NewRecord> entry : records.entrySet()) {
            writeRecord(entry.getKey(), entry.getValue());
        }
        dropClock = false;
        zeroClock = false;
        records.clear();
    }

    private long newRow() throws SQLException {
        PreparedStatement sql = statements.get("INSERT INTO __corrosion_row (tbl, pk) VALUES (?, ?) RETURNING id");
        sql.setLong(1, table.id());
        sql.setBytes(2, pk);
        try (ResultSet made = sql.executeQuery()) {
            made.next();
            return made.getLong(1);
        }
    }

    private void writeRecord(String cid, NewRecord record) throws SQLException {
        Change change = record.change();
        PreparedStatement sql = statements.get("INSERT OR REPLACE INTO __corrosion_cell"
                + " (row, cid, col_version, db_version, actor, seq, ts) VALUES (?, ?, ?, ?, ?, ?, ?)");
        sql.setLong(1, row);
        sql.setString(2, cid);
        sql.setLong(3, record.colVersion());
        sql.setLong(4, change.dbVersion());
        sql.setLong(5, actors.number(change.site()));
        sql.setLong(6, change.seq());
        sql.setString(7, change.ts());
        sql.executeUpdate();
    }

    private int bindKey(PreparedStatement sql, int from) throws SQLException {
        int index = from;
        for (Object value : key) {
            SqlValues.bind(sql, index++, value);
        }
        return index;
    }
}
