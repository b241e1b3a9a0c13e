package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ModelOp.RowKey;
import dev.corrosion.crdt.ModelTable.Column;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The conflict rules of docs/crdt.md over plain maps, without SQLite: what a store must hold after each step. It shares
 * with the code under test the form of a change and the packing of keys, nothing that decides.
 */
final class ReferenceModel {

    private static final String SENTINEL = "-1";

    /** The rules refuse the statement or the merge; nothing of it remains. */
    static final class RefusedException extends Exception {
        RefusedException(String why) {
            super(why);
        }
    }

    record Stamp(long colVersion, long version, ActorId site, long seq, String ts) {}

    /** A row that is or was. Its values are null when the table does not have it. */
    static final class Row {
        final RowKey key;
        long rowid;

        @Nullable Map<String, @Nullable Object> values;

        final Map<String, Stamp> records = new TreeMap<>();

        Row(RowKey key) {
            this.key = key;
        }

        Row copy() {
            Row copy = new Row(key);
            copy.rowid = rowid;
            Map<String, @Nullable Object> have = values;
            copy.values = have == null ? null : new HashMap<>(have);
            copy.records.putAll(records);
            return copy;
        }

        /** Causal length. */
        long cl() {
            Stamp sentinel = records.get(SENTINEL);
            return sentinel != null ? sentinel.colVersion() : records.isEmpty() ? 0 : 1;
        }
    }

    static final class TableState {
        ModelTable table;
        final Map<String, Row> rows = new TreeMap<>();

        TableState(ModelTable table) {
            this.table = table;
        }

        Row row(RowKey key) {
            return rows.computeIfAbsent(HexFormat.of().formatHex(key.packed()), packed -> new Row(key));
        }

        List<Row> live() {
            return rows.values().stream().filter(row -> row.values != null).toList();
        }
    }

    final ActorId self;
    private final boolean wholeVersions;
    final Map<String, TableState> tables = new LinkedHashMap<>();
    private final ModelParked parked = new ModelParked();
    long version;
    long seq;
    private String ts = "";

    /** @param wholeVersions rules D9 and A2, as nodes merge; else M12 and a refusal, as cr-sqlite does */
    ReferenceModel(ActorId self, boolean wholeVersions) {
        this.self = self;
        this.wholeVersions = wholeVersions;
    }

    /** The same state of another actor, or of the same. */
    ReferenceModel copy(ActorId actor) {
        ReferenceModel copy = new ReferenceModel(actor, wholeVersions);
        copy.version = version;
        tables.forEach((name, state) -> copy.tables.put(name, new TableState(state.table)));
        copy.restore(snapshot());
        copy.parked.restore(parked.snapshot());
        return copy;
    }

    void create(ModelTable table) {
        tables.put(table.name(), new TableState(table));
        mergeParked(table.name());
    }

    /** ADD COLUMN: rows that are there show the default; no record (A1). */
    void addColumn(String table) {
        TableState state = state(table);
        Column added = state.table.later().get(0);
        state.table = state.table.withNextColumn();
        for (Row row : state.live()) {
            values(row).put(added.name(), added.type().store(added.defaultValue()));
        }
        mergeParked(table);
    }

    /** A2: what was kept for the table is merged, as far as its columns are known. */
    private void mergeParked(String table) {
        for (Change change : parked.take(table, this::isKnown)) {
            try {
                merge(change);
            } catch (RefusedException e) {
                throw new AssertionError(change.toString(), e);
            }
        }
    }

    private boolean isKnown(Change c) {
        TableState state = tables.get(c.table());
        return state != null
                && (c.cid().equals(SENTINEL)
                        || state.table.columns().stream()
                                .anyMatch(column -> column.name().equals(c.cid())));
    }

    TableState state(String table) {
        TableState state = tables.get(table);
        if (state == null) {
            throw new AssertionError("no table " + table);
        }
        return state;
    }

    static Map<String, @Nullable Object> values(Row row) {
        Map<String, @Nullable Object> values = row.values;
        if (values == null) {
            throw new AssertionError("the table does not have " + row.key);
        }
        return values;
    }

    // local transactions

    void begin(String timestamp) {
        seq = 0;
        ts = timestamp;
    }

    /** V2, V3: the next seq, whatever it was taken for. */
    long nextSeq() {
        return seq++;
    }

    Stamp stamp(long colVersion) {
        return new Stamp(colVersion, version + 1, self, nextSeq(), ts);
    }

    /** L1, L2: one more write of the cell. */
    void record(Row row, String column) {
        Stamp old = row.records.get(column);
        row.records.put(column, stamp(old == null ? 1 : old.colVersion() + 1));
    }

    /** All state that an undone statement, savepoint or merge gives back: everything but the seqs (V5). */
    Map<String, Map<String, Row>> snapshot() {
        Map<String, Map<String, Row>> copy = new HashMap<>();
        tables.forEach((name, state) -> {
            Map<String, Row> rows = new TreeMap<>();
            state.rows.forEach((key, row) -> rows.put(key, row.copy()));
            copy.put(name, rows);
        });
        return copy;
    }

    void restore(Map<String, Map<String, Row>> snapshot) {
        tables.forEach((name, state) -> {
            state.rows.clear();
            snapshot.getOrDefault(name, Map.of()).forEach((key, row) -> state.rows.put(key, row.copy()));
        });
    }

    /** Gives the own records of a version the seqs that they have in the store. */
    void renumber(long of, Map<Long, Long> seqs) {
        tables.values().forEach(state -> state.rows
                .values()
                .forEach(row -> row.records.replaceAll(
                        (column, old) -> old.version() == of && old.site().equals(self) && seqs.containsKey(old.seq())
                                ? new Stamp(
                                        old.colVersion(), of, self, seqs.getOrDefault(old.seq(), old.seq()), old.ts())
                                : old)));
    }

    // merging

    /** Applies the changes one by one; returns for each whether it had an effect. Nothing remains if one is refused. */
    List<Boolean> merge(List<Change> changes) throws RefusedException {
        Map<String, Map<String, Row>> before = snapshot();
        Map<String, Change> parkedBefore = parked.snapshot();
        List<Boolean> impact = new ArrayList<>();
        try {
            for (Change change : changes) {
                impact.add(merge(change));
            }
            return impact;
        } catch (RefusedException e) {
            restore(before);
            parked.restore(parkedBefore);
            throw e;
        }
    }

    private boolean merge(Change c) throws RefusedException {
        if (wholeVersions && !isKnown(c)) {
            return parked.keep(c); // A2
        }
        TableState state = tables.get(c.table());
        if (state == null) {
            throw new RefusedException("no table " + c.table());
        }
        List<Object> key = new ArrayList<>();
        PackedKey.unpack(c.pk()).forEach(value -> key.add(Objects.requireNonNull(value)));
        Row row = state.row(new RowKey(key));
        long local = row.cl();
        Stamp delivered = new Stamp(c.colVersion(), c.dbVersion(), c.site(), c.seq(), c.ts());
        if (c.cl() < local) {
            return false; // M5
        }
        if (c.cl() % 2 == 0) {
            return bury(row, c, local, delivered);
        }
        if (c.cid().equals(SENTINEL)) {
            if (c.cl() == local) {
                return false; // M13
            }
            revive(state, row);
            row.records.put(SENTINEL, delivered);
            return true;
        }
        Column column = state.table.columns().stream()
                .filter(one -> one.name().equals(c.cid()))
                .findFirst()
                .orElseThrow(() -> new RefusedException("no column " + c.cid())); // A2
        boolean newLife = c.cl() > local;
        if (newLife && (local > 0 || c.cl() > 1)) { // M11
            revive(state, row);
            row.records.put(SENTINEL, new Stamp(c.cl(), c.dbVersion(), c.site(), c.seq(), c.ts()));
        }
        if (!newLife && !wins(row, c)) {
            return false;
        }
        if (!column.takes(c.val())) {
            throw new RefusedException("the column does not take the value"); // M16
        }
        appear(state, row);
        values(row).put(c.cid(), c.val());
        row.records.put(c.cid(), delivered);
        return true;
    }

    /** M6 to M9. */
    private static boolean bury(Row row, Change c, long local, Stamp delivered) {
        if (c.cl() == local) {
            Stamp mine = Objects.requireNonNull(row.records.get(SENTINEL));
            if (Arrays.compareUnsigned(c.site().bytes(), mine.site().bytes()) > 0) {
                row.records.put(SENTINEL, delivered);
            }
            return false;
        }
        row.values = null;
        row.records.clear();
        row.records.put(SENTINEL, delivered);
        return true;
    }

    /** M10, M12: what is left of an earlier life keeps its value and loses to anything. D9: nothing is left of it. */
    private void revive(TableState state, Row row) {
        if (wholeVersions) {
            row.values = null;
            row.records.clear();
        }
        appear(state, row);
        row.records.replaceAll((column, old) ->
                column.equals(SENTINEL) ? old : new Stamp(0, old.version(), old.site(), old.seq(), old.ts()));
    }

    /** M1. */
    static void appear(TableState state, Row row) {
        if (row.values == null) {
            row.rowid = nextRowid(state);
            row.values = state.table.defaults();
        }
    }

    static long nextRowid(TableState state) {
        return state.live().stream().mapToLong(row -> row.rowid).max().orElse(0) + 1;
    }

    /** M2, M3, M4. */
    private static boolean wins(Row row, Change c) {
        Stamp mine = row.records.get(c.cid());
        if (mine == null) {
            return true;
        }
        if (c.colVersion() != mine.colVersion()) {
            return c.colVersion() > mine.colVersion();
        }
        int order = compare(c.val(), values(row).get(c.cid()));
        return order != 0
                ? order > 0
                : Arrays.compareUnsigned(c.site().bytes(), mine.site().bytes()) > 0;
    }

    /** The order of values that decides: by type first, NULL, BLOB, TEXT, REAL, INTEGER. */
    static int compare(@Nullable Object a, @Nullable Object b) {
        List<Class<?>> order = List.of(Void.class, byte[].class, String.class, Double.class, Long.class);
        int types = Integer.compare(
                order.indexOf(a == null ? Void.class : a.getClass()),
                order.indexOf(b == null ? Void.class : b.getClass()));
        if (types != 0 || a == null || b == null) {
            return types;
        }
        if (a instanceof Long x) {
            return x.compareTo((Long) b);
        }
        if (a instanceof Double x) {
            return x.compareTo((Double) b);
        }
        return Arrays.compareUnsigned(bytes(a), bytes(b));
    }

    private static byte[] bytes(Object value) {
        return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) value;
    }

    // what others see

    /** R1, R2: one change per record, with the value that the table has now. */
    List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        tables.forEach((name, state) -> state.rows
                .values()
                .forEach(row -> row.records.forEach((column, record) -> {
                    Map<String, @Nullable Object> values = row.values;
                    changes.add(new Change(
                            name,
                            row.key.packed(),
                            column,
                            values == null ? null : values.get(column),
                            record.colVersion(),
                            record.version(),
                            record.site(),
                            row.cl(),
                            record.seq(),
                            record.ts()));
                })));
        changes.addAll(parked.passedOn(this::causalLength));
        return changes;
    }

    private long causalLength(Change c) {
        TableState state = tables.get(c.table());
        Row row = state == null ? null : state.rows.get(HexFormat.of().formatHex(c.pk()));
        return row == null ? 0 : row.cl();
    }

    /** Every row of every table, as text, sorted. */
    Map<String, List<String>> rows() {
        Map<String, List<String>> all = new TreeMap<>();
        tables.forEach((name, state) -> all.put(
                name,
                state.live().stream()
                        .map(row -> row(state.table, row))
                        .sorted(Comparator.naturalOrder())
                        .toList()));
        return all;
    }

    private static String row(ModelTable table, Row row) {
        List<@Nullable Object> shown = new ArrayList<>(row.key.values());
        table.columns().forEach(column -> shown.add(values(row).get(column.name())));
        if (table.generated()) {
            shown.add(typeof(values(row).get(table.columns().get(0).name())));
        }
        return SiteState.row(shown);
    }

    private static String typeof(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof byte[]) {
            return "blob";
        }
        return value instanceof String ? "text" : value instanceof Long ? "integer" : "real";
    }
}
