package dev.corrosion.crdt;

import dev.corrosion.crdt.ModelOp.Delete;
import dev.corrosion.crdt.ModelOp.Insert;
import dev.corrosion.crdt.ModelOp.Move;
import dev.corrosion.crdt.ModelOp.OnConflict;
import dev.corrosion.crdt.ModelOp.RollbackTo;
import dev.corrosion.crdt.ModelOp.RowKey;
import dev.corrosion.crdt.ModelOp.Savepoint;
import dev.corrosion.crdt.ModelOp.Update;
import dev.corrosion.crdt.ModelOp.Where;
import dev.corrosion.crdt.ModelTable.Column;
import dev.corrosion.crdt.ReferenceModel.RefusedException;
import dev.corrosion.crdt.ReferenceModel.Row;
import dev.corrosion.crdt.ReferenceModel.Stamp;
import dev.corrosion.crdt.ReferenceModel.TableState;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Local writes of the reference model, by the rules L1 to L21. */
final class ModelTransaction {

    private final ReferenceModel model;
    private final Map<String, Map<String, Row>> start;
    private @Nullable Map<String, Map<String, Row>> savepoint;
    private boolean undone;

    ModelTransaction(ReferenceModel model, String ts) {
        this.model = model;
        this.start = model.snapshot();
        model.begin(ts);
    }

    /** Whether something was undone and the transaction went on. */
    boolean undone() {
        return undone;
    }

    void rollBack() {
        model.restore(start);
    }

    /** Runs a statement; returns whether it succeeded. A failed one leaves nothing but the seqs that it took. */
    boolean execute(ModelOp op) {
        if (op instanceof Savepoint) {
            savepoint = model.snapshot();
            return true;
        }
        if (op instanceof RollbackTo) {
            model.restore(Objects.requireNonNull(savepoint));
            undone = true;
            return true;
        }
        Map<String, Map<String, Row>> before = model.snapshot();
        try {
            apply(op);
            return true;
        } catch (RefusedException e) {
            model.restore(before);
            undone = true;
            return false;
        }
    }

    private void apply(ModelOp op) throws RefusedException {
        if (op instanceof Insert insert) {
            TableState state = model.state(insert.table());
            for (int i = 0; i < insert.keys().size(); i++) {
                insert(state, insert.keys().get(i), insert.rows().get(i).of(), insert);
            }
        } else if (op instanceof Update update) {
            TableState state = model.state(update.table());
            for (Row row : matching(state, update.where())) {
                update(state, row, update.set().of());
            }
        } else if (op instanceof Delete delete) {
            for (Row row : matching(model.state(delete.table()), delete.where())) {
                delete(row);
            }
        } else if (op instanceof Move move) {
            move(model.state(move.table()), move);
        }
    }

    private void insert(TableState state, RowKey key, Map<String, @Nullable Object> named, Insert how)
            throws RefusedException {
        Map<String, @Nullable Object> values = state.table.defaults();
        named.forEach((column, value) ->
                values.put(column, state.table.column(column).type().store(value)));
        if (how.onConflict() == OnConflict.REPLACE) {
            defaultForNull(state, values);
        }
        Row row = state.row(key);
        boolean there = row.values != null;
        long rowid = ReferenceModel.nextRowid(state); // chosen before a row in the way is deleted
        if (how.onConflict() == OnConflict.IGNORE && (there || !fits(state, values))) {
            return;
        }
        require(state, values);
        if (there) {
            switch (how.onConflict()) {
                case REPLACE -> delete(row); // L5
                case UPSERT -> {
                    update(state, row, how.upsert().of()); // L4
                    return;
                }
                case ABORT, IGNORE -> throw new RefusedException("the key is taken");
            }
        }
        row.rowid = rowid;
        row.values = values;
        if (state.table.columns().isEmpty()) {
            raiseToOdd(row); // L12
            return;
        }
        if (row.records.containsKey("-1")) {
            raiseToOdd(row); // L8
        }
        state.table.columns().forEach(column -> model.record(row, column.name())); // L1
    }

    /** L7. */
    private void delete(Row row) {
        Stamp sentinel = row.records.get("-1");
        Stamp dead = model.stamp(sentinel == null ? 2 : sentinel.colVersion() + 1);
        row.records.clear();
        row.records.put("-1", dead);
        row.values = null;
    }

    private void raiseToOdd(Row row) {
        Stamp old = row.records.get("-1");
        long cl = old == null ? 0 : old.colVersion();
        row.records.put("-1", model.stamp(cl % 2 == 0 ? cl + 1 : cl + 2));
    }

    /** L2, L3, L17. */
    private void update(TableState state, Row row, Map<String, @Nullable Object> set) throws RefusedException {
        Map<String, @Nullable Object> old = present(row);
        set(state, row, set, false);
        recordChanged(state, row, old);
    }

    private static Map<String, @Nullable Object> present(Row row) {
        return new HashMap<>(ReferenceModel.values(row));
    }

    private void recordChanged(TableState state, Row row, Map<String, @Nullable Object> old) {
        for (Column column : state.table.columns()) {
            Object now = ReferenceModel.values(row).get(column.name());
            if (ReferenceModel.compare(now, old.get(column.name())) != 0) {
                model.record(row, column.name());
            }
        }
    }

    private static void set(TableState state, Row row, Map<String, @Nullable Object> set, boolean replace)
            throws RefusedException {
        Map<String, @Nullable Object> values = ReferenceModel.values(row);
        set.forEach((column, value) ->
                values.put(column, state.table.column(column).type().store(value)));
        if (replace) {
            defaultForNull(state, values);
        }
        require(state, values);
    }

    /** L10, L11. */
    private void move(TableState state, Move move) throws RefusedException {
        Row from = state.row(move.from());
        if (from.values == null) {
            return;
        }
        Row to = state.row(move.to());
        Map<String, @Nullable Object> old = present(from);
        set(state, from, move.set().of(), move.replace());
        if (to == from) {
            recordChanged(state, from, old);
            return;
        }
        if (to.values != null) {
            if (!move.replace()) {
                throw new RefusedException("the key is taken");
            }
            delete(to);
        }
        to.values = from.values;
        to.rowid = from.rowid;
        from.values = null;
        Stamp sentinel = from.records.get("-1");
        from.records.put("-1", model.stamp(sentinel == null ? 2 : sentinel.colVersion() + 1));
        raiseToOdd(to);
        for (Column column : state.table.columns()) {
            Stamp moved = from.records.remove(column.name());
            Stamp stamp = model.stamp(moved == null ? 0 : moved.colVersion() + 1);
            if (moved != null) {
                to.records.put(column.name(), stamp);
            }
        }
        recordChanged(state, to, old);
    }

    /** INSERT OR REPLACE and UPDATE OR REPLACE put the default in place of a NULL that is not allowed. */
    private static void defaultForNull(TableState state, Map<String, @Nullable Object> values) {
        for (Column column : state.table.columns()) {
            if (column.notNull() && values.get(column.name()) == null) {
                values.put(column.name(), column.type().store(column.defaultValue()));
            }
        }
    }

    private static boolean fits(TableState state, Map<String, @Nullable Object> values) {
        return state.table.columns().stream().allMatch(column -> column.takes(values.get(column.name())));
    }

    private static void require(TableState state, Map<String, @Nullable Object> values) throws RefusedException {
        if (!fits(state, values)) {
            throw new RefusedException("a constraint");
        }
    }

    /** L21: the rows in the order in which SQLite visits them. */
    private static List<Row> matching(TableState state, Where where) {
        Comparator<Row> order = state.table.withoutRowid() || state.table.keyIsRowid()
                ? (a, b) -> compareKeys(a.key, b.key)
                : Comparator.comparingLong(row -> row.rowid);
        Predicate<Row> meant = row -> {
            if (where.key() != null) {
                return row == state.row(where.key());
            }
            String column = where.column();
            return column == null || sameInSqlite(ReferenceModel.values(row).get(column), where.value());
        };
        return state.live().stream().filter(meant).sorted(order).toList();
    }

    private static boolean sameInSqlite(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Number x && b instanceof Number y) {
            boolean finite = !Double.isInfinite(x.doubleValue()) && !Double.isInfinite(y.doubleValue());
            return finite
                    ? new BigDecimal(x.toString()).compareTo(new BigDecimal(y.toString())) == 0
                    : x.doubleValue() == y.doubleValue();
        }
        return ReferenceModel.compare(a, b) == 0;
    }

    private static int compareKeys(RowKey a, RowKey b) {
        for (int i = 0; i < a.values().size(); i++) {
            int order = ReferenceModel.compare(a.values().get(i), b.values().get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
