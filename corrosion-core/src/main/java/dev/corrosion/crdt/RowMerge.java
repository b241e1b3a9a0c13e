package dev.corrosion.crdt;

import dev.corrosion.ActorId;
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

    private final PreparedStatements statements;
    private final Actors actors;
    private final UserTable table;
    private final List<@Nullable Object> key;
    private final Clock clock;
    private final RowClock row;
    private final boolean whole;

    private @Nullable Map<String, @Nullable Object> stored;
    private boolean delete;
    private boolean create;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
    private boolean touched;

    /** @param whole see {@link Merger} */
    RowMerge(PreparedStatements statements, Actors actors, UserTable table, List<@Nullable Object> key, boolean whole)
            throws SQLException {
        this.whole = whole;
        this.statements = statements;
        this.actors = actors;
        this.table = table;
        this.clock = table.clock();
        this.key = key;
        this.row = new RowClock(statements, clock, key);
    }

    /** Applies a change; returns whether it had an effect worth passing on. */
    boolean apply(Change change) throws SQLException {
        long local = row.causalLength();
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
            revive(stamp(change, change.colVersion()));
            return true;
        }
        Integer id = clock.id(change.cid());
        if (id == null) {
            throw new MergeException(
                    "the table " + table.name() + " has no column " + change.cid()
                            + " here; does another node have a newer schema?",
                    null);
        }
        if (change.cl() > local && (local > 0 || change.cl() > 1)) {
            // The real sentinel may come later; until then, and for good, this change stands in for it.
            revive(stamp(change, change.cl()));
        } else if (change.cl() == local && !beats(change, row.cell(id))) {
            return false;
        }
        values.put(change.cid(), change.val());
        row.cell(id, stamp(change, change.colVersion()));
        return true;
    }

    private boolean applyTombstone(Change change, long local) throws SQLException {
        if (change.cl() == local) {
            Stamp mine = row.sentinel();
            if (mine != null && change.site().compareTo(actors.actor(mine.actor())) > 0) {
                row.sentinel(stamp(change, change.colVersion()));
            }
            return false;
        }
        delete = true;
        create = false;
        values.clear();
        row.bury(stamp(change, change.colVersion()));
        return true;
    }

    /**
     * M10. Change by change, what the row held before stays until it is overwritten. Of a whole version it is known that
     * nothing else will overwrite it: it goes, as if the deletion had been seen (D9).
     */
    private void revive(Stamp birth) {
        create = true;
        if (!whole) {
            row.revive(birth);
            return;
        }
        if (row.causalLength() > 0) {
            delete = true;
            values.clear();
        }
        row.bury(birth);
    }

    private Stamp stamp(Change change, long colVersion) throws SQLException {
        return new Stamp(
                colVersion, actors.number(change.site()), change.dbVersion(), change.seq(), Timestamp.of(change.ts()));
    }

    private boolean beats(Change change, @Nullable Stamp mine) throws SQLException {
        if (mine == null) {
            return true;
        }
        if (change.colVersion() != mine.colVersion()) {
            return change.colVersion() > mine.colVersion();
        }
        ActorId writer = actors.actor(mine.actor());
        boolean sameWriter = change.site().equals(writer);
        if (sameWriter && change.dbVersion() == mine.version() && change.seq() == mine.seq()) {
            return false; // the very change that is here already
        }
        int order = ValueOrder.compare(change.val(), stored(change.cid()));
        return order > 0 || (order == 0 && !sameWriter && change.site().compareTo(writer) > 0);
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
        PreparedStatement select = statements.get(table.select());
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

    /** Whether records of this actor may be about to be replaced. */
    boolean replaces(long actor) {
        return row.isChanged() && row.hadRecordOf(actor);
    }

    /**
     * Writes what was decided. Returns whether the row was touched, now or by an earlier call: it changed, or a record of it
     * did, which then names another version than the one that had changed it.
     */
    boolean write() throws SQLException {
        touched |= row.isChanged();
        writeTable();
        row.store();
        return touched;
    }

    private void writeTable() throws SQLException {
        if (delete) {
            PreparedStatement sql = statements.get(table.delete());
            bindKey(sql, 1);
            touched |= sql.executeUpdate() > 0;
        }
        if (create || !values.isEmpty()) {
            PreparedStatement sql = statements.get(table.upsert(List.copyOf(values.keySet())));
            int index = bindKey(sql, 1);
            for (Object value : values.values()) {
                SqlValues.bind(sql, index++, value);
            }
            touched |= sql.executeUpdate() > 0;
        }
        if (delete || create || !values.isEmpty()) {
            stored = null;
        }
        delete = false;
        create = false;
        values.clear();
    }

    private int bindKey(PreparedStatement sql, int from) throws SQLException {
        int index = from;
        for (Object value : key) {
            SqlValues.bind(sql, index++, value);
        }
        return index;
    }
}
