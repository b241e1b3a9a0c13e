package dev.corrosion.crdt;

import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All records of one row: read once, changed in memory, written once. How they are laid out is described at {@link
 * Clock}.
 */
final class RowClock {

    private final PreparedStatements statements;
    private final Clock clock;
    private final List<@Nullable Object> key;

    private boolean known;
    private @Nullable Base stored;
    private final Map<Integer, Stamp> storedApart = new HashMap<>();

    private @Nullable Stamp sentinel;
    private @Nullable Stamp[] cells;
    private boolean changed;

    /**
     * What the row table says.
     *
     * @param n for how many cells the stamp stands; 0 if it is the sentinel's
     * @param stamp null if it stands for nothing
     */
    private record Base(long cl, int n, @Nullable Stamp stamp) {

        /** The record that follows from this for a cell or the sentinel, if there is none apart. */
        @Nullable Stamp derived(int id) {
            if (stamp == null) {
                return null;
            }
            if (id == Clock.SENTINEL) {
                if (n > 0 && cl == 1) {
                    return null;
                }
                return n == 0 ? stamp : stamp.plus(-1).withColVersion(cl);
            }
            return id < n ? stamp.plus(id) : null;
        }
    }

    RowClock(PreparedStatements statements, Clock clock, List<@Nullable Object> key) throws SQLException {
        this.statements = statements;
        this.clock = clock;
        this.key = key;
        this.cells = new @Nullable Stamp[clock.width()];
        load();
    }

    private void load() throws SQLException {
        PreparedStatement select = statements.get(clock.selectRow);
        bindKey(select, 1);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                if (!known) {
                    loadBase(rows);
                }
                int id = rows.getInt(8);
                if (!rows.wasNull()) {
                    Stamp apart = Stamp.read(rows, 9);
                    storedApart.put(id, apart);
                    put(id, apart);
                }
            }
        }
    }

    private void loadBase(ResultSet rows) throws SQLException {
        long cl = rows.getLong(1);
        int n = rows.getInt(2);
        Stamp stamp = null;
        if (rows.getObject(5) != null) {
            stamp = Stamp.read(rows, 3);
            if (n == 0) {
                stamp = stamp.withColVersion(cl); // NULL in the table: it would be the same number again
            }
        }
        stored = new Base(cl, n, stamp);
        known = true;
        if (n > cells.length) {
            cells = new @Nullable Stamp[n];
        }
        for (int id = 0; id < n; id++) {
            cells[id] = stored.derived(id);
        }
        sentinel = stored.derived(Clock.SENTINEL);
    }

    private void put(int id, Stamp stamp) {
        if (id == Clock.SENTINEL) {
            sentinel = stamp;
            return;
        }
        if (id >= cells.length) {
            cells = Arrays.copyOf(cells, id + 1);
        }
        cells[id] = stamp;
    }

    /** 0 for a row never seen, odd if the row lives, even if it is deleted. */
    long causalLength() {
        if (sentinel != null) {
            return sentinel.colVersion();
        }
        for (Stamp cell : cells) {
            if (cell != null) {
                return 1;
            }
        }
        return 0;
    }

    @Nullable Stamp sentinel() {
        return sentinel;
    }

    @Nullable Stamp cell(int id) {
        return cells[id];
    }

    void sentinel(Stamp stamp) {
        changed = true;
        put(Clock.SENTINEL, stamp);
    }

    void cell(int id, Stamp stamp) {
        changed = true;
        put(id, stamp);
    }

    /** The row is deleted: its cells have no records. */
    void bury(Stamp tombstone) {
        sentinel(tombstone);
        Arrays.fill(cells, null);
    }

    /** The row lives again: cells that it still has lose to all of the new life. */
    void revive(Stamp birth) {
        for (int id = 0; id < cells.length; id++) {
            Stamp cell = cells[id];
            if (cell != null) {
                cells[id] = cell.withColVersion(0);
            }
        }
        sentinel(birth);
    }

    /** Whether it had a record of this actor when it was read. */
    boolean hadRecordOf(long actor) {
        Stamp base = stored == null ? null : stored.stamp();
        return (base != null && base.actor() == actor)
                || storedApart.values().stream().anyMatch(stamp -> stamp.actor() == actor);
    }

    boolean isChanged() {
        return changed;
    }

    /** Writes what has changed. */
    void store() throws SQLException {
        if (!changed) {
            return;
        }
        changed = false;
        Base base = layOut();
        storeBase(base);
        Map<Integer, Stamp> apart = apart(base);
        if (!storedApart.isEmpty() && !apart.keySet().containsAll(storedApart.keySet())) {
            PreparedStatement delete = statements.get(clock.deleteCells);
            bindKey(delete, 1);
            delete.executeUpdate();
            storedApart.clear();
        }
        for (Map.Entry<Integer, Stamp> entry : apart.entrySet()) {
            if (!entry.getValue().equals(storedApart.put(entry.getKey(), entry.getValue()))) {
                storeApart(entry.getKey(), entry.getValue());
            }
        }
    }

    /** Keeps the stamp of the row as long as it stands for a cell; else finds one that stands for as many as it can. */
    private Base layOut() {
        long cl = causalLength();
        Base before = stored;
        if (before != null && before.n() > 0) {
            Base kept = new Base(cl, before.n(), before.stamp());
            if (fits(kept)) {
                return kept;
            }
        }
        Stamp first = cells.length == 0 ? null : cells[0];
        if (first == null) {
            return new Base(cl, 0, sentinel);
        }
        int n = 1;
        while (n < cells.length && (clock.isVacant(n) || first.plus(n).equals(cells[n]))) {
            n++;
        }
        return new Base(cl, n, first);
    }

    /** Whether the stamp stands for a cell still, and for none that has no record. */
    private boolean fits(Base base) {
        boolean useful = false;
        for (int id = 0; id < base.n(); id++) {
            Stamp cell = cells[id];
            if (cell == null) {
                if (!clock.isVacant(id)) {
                    return false;
                }
            } else if (cell.equals(base.derived(id))) {
                useful = true;
            }
        }
        return useful;
    }

    /** The records that do not follow from the row's stamp. */
    private Map<Integer, Stamp> apart(Base base) {
        Map<Integer, Stamp> apart = new HashMap<>();
        if (sentinel != null && !sentinel.equals(base.derived(Clock.SENTINEL))) {
            apart.put(Clock.SENTINEL, sentinel);
        }
        for (int id = 0; id < cells.length; id++) {
            Stamp cell = cells[id];
            if (cell != null && !cell.equals(base.derived(id))) {
                apart.put(id, cell);
            }
        }
        return apart;
    }

    private void storeBase(Base base) throws SQLException {
        if (base.equals(stored)) {
            return;
        }
        PreparedStatement write = statements.get(known ? clock.updateRow : clock.insertRow);
        write.setLong(1, base.cl());
        write.setInt(2, base.n());
        if (base.stamp() == null) {
            for (int i = 0; i < Stamp.COLUMNS; i++) {
                write.setNull(3 + i, Types.NULL);
            }
        } else {
            base.stamp().bind(write, 3);
            if (base.n() == 0) {
                write.setNull(3, Types.NULL);
            }
        }
        bindKey(write, 3 + Stamp.COLUMNS);
        write.executeUpdate();
        stored = base;
        known = true;
    }

    private void storeApart(int id, Stamp stamp) throws SQLException {
        PreparedStatement put = statements.get(clock.putCell);
        put.setInt(1, id);
        stamp.bind(put, 2);
        bindKey(put, 2 + Stamp.COLUMNS);
        put.executeUpdate();
    }

    private void bindKey(PreparedStatement statement, int from) throws SQLException {
        int index = from;
        for (Object value : key) {
            SqlValues.bind(statement, index++, value);
        }
    }
}
