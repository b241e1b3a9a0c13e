package dev.corrosion.crdt;

import dev.corrosion.crdt.ModelOp.Delete;
import dev.corrosion.crdt.ModelOp.Insert;
import dev.corrosion.crdt.ModelOp.Move;
import dev.corrosion.crdt.ModelOp.OnConflict;
import dev.corrosion.crdt.ModelOp.RollbackTo;
import dev.corrosion.crdt.ModelOp.RowKey;
import dev.corrosion.crdt.ModelOp.Savepoint;
import dev.corrosion.crdt.ModelOp.Update;
import dev.corrosion.crdt.ModelOp.Values;
import dev.corrosion.crdt.ModelOp.Where;
import dev.corrosion.crdt.ModelTable.Column;
import dev.corrosion.crdt.ReferenceModel.TableState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random statements over few keys and few values, so that sites meet often. */
final class RandomOps {

    private static final List<Long> INTEGERS =
            List.of(0L, 1L, -1L, 200L, 70_000L, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1);
    private static final List<String> TEXTS =
            List.of("\uffff", "\ud83d\ude00", "", "A", "nul\u0000in", "12", "0", "null");
    private static final List<byte[]> BLOBS = List.of(new byte[0], new byte[] {1}, new byte[] {1, 0}, new byte[] {-1});
    private static final List<Double> REALS = List.of(
            0.0,
            -0.0,
            1.0,
            1.5,
            -2.25,
            1e300,
            Double.MIN_VALUE,
            0x1p63,
            -0x1p63,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY);
    /** What columns of numbers make of these is in {@link ModelTable.ColumnType#store}. */
    private static final List<String> NUMBERS =
            List.of("12", " 1e3 ", "0x10", "007", "1.0", "1.5", "-0.0", "9223372036854775807", "9223372036854775808");

    private final Random random;

    RandomOps(Random random) {
        this.random = random;
    }

    List<ModelOp> transaction(ReferenceModel model) {
        List<ModelOp> ops = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        boolean savepoint = false;
        for (int i = 0; i < count; i++) {
            if (random.nextInt(8) == 0) {
                ops.add(savepoint && random.nextBoolean() ? new RollbackTo() : new Savepoint());
                savepoint = true;
            }
            ops.add(statement(oneOf(List.copyOf(model.tables.values()))));
        }
        if (savepoint && random.nextInt(3) == 0) {
            ops.add(new RollbackTo());
        }
        return ops;
    }

    private ModelOp statement(TableState state) {
        ModelTable table = state.table;
        boolean hasColumns = !table.columns().isEmpty();
        int kind = random.nextInt(20);
        if (kind < 8 || state.live().isEmpty()) {
            return insert(table);
        }
        if (kind < 14 && hasColumns) {
            return new Update(table.name(), where(state, random.nextInt(6) == 0), someValues(table, 1));
        }
        if (kind < 17) {
            return new Delete(table.name(), where(state, hasColumns && random.nextInt(8) == 0));
        }
        Values set = hasColumns && random.nextBoolean() ? someValues(table, 1) : new Values(Map.of());
        return new Move(table.name(), someKey(state), key(table), set, random.nextInt(3) == 0);
    }

    private Insert insert(ModelTable table) {
        OnConflict onConflict = oneOf(List.of(OnConflict.values()));
        int count = random.nextInt(4) == 0 ? 2 + random.nextInt(2) : 1;
        List<RowKey> keys = new ArrayList<>();
        List<Values> rows = new ArrayList<>();
        Values first = someValues(table, 0);
        for (int i = 0; i < count; i++) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            first.of().keySet().forEach(column -> row.put(column, value(table.column(column))));
            keys.add(key(table));
            rows.add(new Values(row));
        }
        boolean update = onConflict == OnConflict.UPSERT && !table.columns().isEmpty() && random.nextInt(4) > 0;
        return new Insert(table.name(), keys, rows, onConflict, update ? someValues(table, 1) : new Values(Map.of()));
    }

    /** Of one row, which may not be there; of several rows only by what SQLite answers with a scan of the table. */
    private Where where(TableState state, boolean several) {
        if (!several) {
            return new Where(someKey(state), null, null);
        }
        if (random.nextBoolean()) {
            return new Where(null, null, null);
        }
        Column column = oneOf(state.table.columns());
        return new Where(null, column.name(), column.type().store(value(column)));
    }

    private RowKey someKey(TableState state) {
        return state.live().isEmpty() || random.nextInt(6) == 0 ? key(state.table) : oneOf(state.live()).key;
    }

    private RowKey key(ModelTable table) {
        List<Object> values = new ArrayList<>();
        for (Column column : table.key()) {
            values.add(
                    switch (column.type()) {
                        case TEXT -> few(TEXTS);
                        case BLOB -> few(BLOBS);
                        default -> (Object) few(INTEGERS);
                    });
        }
        return new RowKey(values);
    }

    /** Mostly one of the first two or three, so that different sites write the same row. */
    private <T> T few(List<T> all) {
        return random.nextInt(8) == 0 ? oneOf(all) : all.get(random.nextInt(random.nextBoolean() ? 2 : 3));
    }

    private Values someValues(ModelTable table, int atLeast) {
        List<Column> columns = new ArrayList<>(table.columns());
        Collections.shuffle(columns, random);
        int count = Math.min(columns.size(), Math.max(atLeast, random.nextInt(columns.size() + 1)));
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        columns.subList(0, count).forEach(column -> values.put(column.name(), value(column)));
        return new Values(values);
    }

    private @Nullable Object value(Column column) {
        if (random.nextInt(5) == 0) {
            return null;
        }
        if (column.checked() && random.nextInt(6) == 0) {
            return Column.REFUSED;
        }
        return switch (column.type()) {
            case TEXT -> oneOf(oneOf(List.of(TEXTS, TEXTS, NUMBERS, INTEGERS)));
            case REAL -> oneOf(oneOf(List.of(REALS, REALS, NUMBERS, INTEGERS)));
            case INTEGER -> oneOf(oneOf(List.of(INTEGERS, INTEGERS, NUMBERS, REALS)));
            case BLOB, NONE -> oneOf(oneOf(List.of(INTEGERS, TEXTS, BLOBS, REALS, NUMBERS)));
        };
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
