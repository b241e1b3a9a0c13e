package dev.corrosion.crdt;

import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives a row the records and values that it should have. No version is made, and none is learnt. On the writer thread. */
final class RowRepair {

    private final PreparedStatements statements;
    private final Actors actors;
    private final UserTable table;
    private final List<@Nullable Object> key;
    private final RowClock clock;

    /** @throws IllegalArgumentException if the key is malformed */
    RowRepair(PreparedStatements statements, Actors actors, UserTable table, RowKey key) throws SQLException {
        this.statements = statements;
        this.actors = actors;
        this.table = table;
        this.key = PackedKey.unpack(key.packed());
        this.clock = new RowClock(statements, table.clock(), this.key);
    }

    /**
     * Changes the row.
     *
     * @param from what it has
     * @param to what it should have
     */
    void change(RowState from, RowState to) throws SQLException {
        if (to.lives()) {
            revive(from, to);
        } else {
            delete();
            clock.bury(stamp(Objects.requireNonNull(to.sentinel())));
        }
        clock.store();
    }

    private void revive(RowState from, RowState to) throws SQLException {
        boolean another = from.cl() != to.cl();
        if (another) {
            if (from.present() && from.cl() > 0) {
                delete(); // what it held belongs to another life (rule D9)
            }
            clock.bury(stamp(birth(to)));
        } else if (!from.regular() && to.sentinel() != null) {
            clock.sentinel(stamp(to.sentinel()));
        }
        boolean made = another || !from.present();
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < to.cells().size(); i++) {
            RowState.Cell before = from.cells().get(i);
            RowState.Cell after = to.cells().get(i);
            if (made || !Objects.deepEquals(before.value(), after.value())) {
                values.put(after.column(), after.value());
            }
            Integer id = table.clock().id(after.column());
            if (after.stamp() != null
                    && id != null
                    && (another || !after.stamp().equals(before.stamp()))) {
                clock.cell(id, stamp(after.stamp()));
            }
        }
        if (made || !values.isEmpty()) {
            write(values);
        }
    }

    /** The record of the row itself; where it has none, which is so in a first life only, that of a cell. */
    private static SiteStamp birth(RowState row) {
        SiteStamp birth = row.sentinel();
        for (RowState.Cell cell : row.cells()) {
            birth = birth == null ? cell.stamp() : birth;
        }
        return Objects.requireNonNull(birth, "a row that lives has a record").withColVersion(row.cl());
    }

    private Stamp stamp(SiteStamp stamp) throws SQLException {
        return new Stamp(
                stamp.colVersion(),
                actors.number(stamp.site()),
                stamp.version(),
                stamp.seq(),
                Timestamp.of(stamp.ts()));
    }

    private void delete() throws SQLException {
        PreparedStatement delete = statements.get(table.delete());
        bindKey(delete);
        delete.executeUpdate();
    }

    private void write(Map<String, @Nullable Object> values) throws SQLException {
        PreparedStatement upsert = statements.get(table.upsert(List.copyOf(values.keySet())));
        int index = bindKey(upsert);
        for (Object value : values.values()) {
            SqlValues.bind(upsert, index++, value);
        }
        upsert.executeUpdate();
    }

    private int bindKey(PreparedStatement sql) throws SQLException {
        int index = 1;
        for (Object value : key) {
            SqlValues.bind(sql, index++, value);
        }
        return index;
    }
}
