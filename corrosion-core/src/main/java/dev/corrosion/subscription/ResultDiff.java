package dev.corrosion.subscription;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber has been told of a result, and what it must be told when the result is another one. Results are bags:
 * equal rows keep their ids, the rest are deletes and inserts, and a delete and an insert of the same key are an update.
 * The key only decides what is called an update; the sum of the changes is right whatever it is.
 *
 * <p>Not thread-safe.
 */
final class ResultDiff {

    private record Told(long rowId, Row row) {}

    private final List<Integer> keyColumns;
    private List<Told> told = List.of();
    private long lastRowId;
    private long lastChangeId;

    /** Begins with nothing told; the key columns are those that identify a row of the result, or none. */
    ResultDiff(List<Integer> keyColumns) {
        this.keyColumns = List.copyOf(keyColumns);
    }

    long lastChangeId() {
        return lastChangeId;
    }

    int size() {
        return told.size();
    }

    /** The first result. */
    List<RowSnapshot> snapshot(List<Row> rows) {
        List<Told> next = new ArrayList<>(rows.size());
        List<RowSnapshot> events = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Told entry = new Told(++lastRowId, row);
            next.add(entry);
            events.add(new RowSnapshot(entry.rowId(), row));
        }
        told = next;
        return events;
    }

    /** The changes from what was told to these rows: deletes, updates, inserts. */
    List<RowChange> changesTo(List<Row> rows) {
        Map<Row, Deque<Told>> before = new HashMap<>();
        told.forEach(entry ->
                before.computeIfAbsent(entry.row(), row -> new ArrayDeque<>(1)).add(entry));
        List<Told> next = new ArrayList<>(rows.size());
        List<Row> added = new ArrayList<>();
        for (Row row : rows) {
            Deque<Told> equal = before.get(row);
            if (equal == null || equal.isEmpty()) {
                added.add(row);
            } else {
                next.add(equal.remove());
            }
        }
        Set<Long> kept = new HashSet<>();
        next.forEach(entry -> kept.add(entry.rowId()));
        List<Told> removed =
                told.stream().filter(entry -> !kept.contains(entry.rowId())).toList();

        Map<List<@Nullable Object>, Told> updatable = uniqueKeys(removed, added);
        List<RowChange> changes = new ArrayList<>();
        List<RowChange> updatesAndInserts = new ArrayList<>();
        Set<Long> updated = new HashSet<>();
        for (Row row : added) {
            Told old = updatable.get(key(row));
            if (old != null) {
                updated.add(old.rowId());
            }
        }
        for (Told old : removed) {
            if (!updated.contains(old.rowId())) {
                changes.add(new RowChange(SubscriptionEvent.Type.DELETE, old.rowId(), old.row(), null, ++lastChangeId));
            }
        }
        for (Row row : added) {
            Told old = updatable.get(key(row));
            Told entry = new Told(old == null ? ++lastRowId : old.rowId(), row);
            next.add(entry);
            SubscriptionEvent.Type type = old == null ? SubscriptionEvent.Type.INSERT : SubscriptionEvent.Type.UPDATE;
            updatesAndInserts.add(
                    new RowChange(type, entry.rowId(), row, old == null ? null : old.row(), ++lastChangeId));
        }
        changes.addAll(updatesAndInserts);
        told = next;
        return changes;
    }

    /** Removed rows by key; empty unless the key is unique on both sides. */
    private Map<List<@Nullable Object>, Told> uniqueKeys(List<Told> removed, List<Row> added) {
        Map<List<@Nullable Object>, Told> byKey = new HashMap<>();
        if (keyColumns.isEmpty()) {
            return byKey;
        }
        for (Told entry : removed) {
            if (byKey.put(key(entry.row()), entry) != null) {
                return Map.of();
            }
        }
        Set<List<@Nullable Object>> seen = new HashSet<>();
        for (Row row : added) {
            if (!seen.add(key(row))) {
                return Map.of();
            }
        }
        return byKey;
    }

    private List<@Nullable Object> key(Row row) {
        List<@Nullable Object> key = new ArrayList<>(keyColumns.size());
        for (int column : keyColumns) {
            Object value = row.get(column);
            key.add(value instanceof byte[] bytes ? java.nio.ByteBuffer.wrap(bytes) : value);
        }
        return key;
    }
}
