package dev.corrosion.subscription;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
        // Most changes are in one place: what is equal from the front and from the back needs no hashing.
        int shorter = Math.min(told.size(), rows.size());
        int front = 0;
        while (front < shorter && told.get(front).row().equals(rows.get(front))) {
            front++;
        }
        int back = 0;
        while (back < shorter - front && toldFromEnd(back).row().equals(rows.get(rows.size() - 1 - back))) {
            back++;
        }
        List<Told> next = new ArrayList<>(rows.size());
        next.addAll(told.subList(0, front));
        List<RowChange> changes =
                middle(told.subList(front, told.size() - back), rows.subList(front, rows.size() - back), next);
        next.addAll(told.subList(told.size() - back, told.size()));
        told = next;
        return changes;
    }

    private Told toldFromEnd(int index) {
        return told.get(told.size() - 1 - index);
    }

    /** Tells the difference of a part, and puts what is told of it now, in the order of the rows. */
    private List<RowChange> middle(List<Told> before, List<Row> rows, List<Told> next) {
        Map<Row, Deque<Told>> unmatched = new LinkedHashMap<>();
        before.forEach(entry -> unmatched
                .computeIfAbsent(entry.row(), row -> new ArrayDeque<>(1))
                .add(entry));
        List<@Nullable Told> matched = new ArrayList<>(rows.size());
        List<Row> added = new ArrayList<>();
        for (Row row : rows) {
            Deque<Told> equal = unmatched.get(row);
            Told entry = equal == null ? null : equal.poll();
            matched.add(entry);
            if (entry == null) {
                added.add(row);
            }
        }
        Map<Long, Told> removed = new LinkedHashMap<>();
        unmatched.values().forEach(rest -> rest.forEach(entry -> removed.put(entry.rowId(), entry)));
        Map<List<@Nullable Object>, Told> updatable = uniqueKeys(removed.values(), added);
        added.forEach(row -> {
            Told old = updatable.get(key(row));
            if (old != null) {
                removed.remove(old.rowId());
            }
        });

        List<RowChange> changes = new ArrayList<>();
        for (Told gone : removed.values()) {
            changes.add(new RowChange(SubscriptionEvent.Type.DELETE, gone.rowId(), gone.row(), null, ++lastChangeId));
        }
        for (int i = 0; i < rows.size(); i++) {
            Told entry = matched.get(i);
            if (entry == null) {
                entry = tell(rows.get(i), updatable.get(key(rows.get(i))), changes);
            }
            next.add(entry);
        }
        return changes;
    }

    private Told tell(Row row, @Nullable Told old, List<RowChange> changes) {
        if (old == null) {
            Told inserted = new Told(++lastRowId, row);
            changes.add(new RowChange(SubscriptionEvent.Type.INSERT, inserted.rowId(), row, null, ++lastChangeId));
            return inserted;
        }
        changes.add(new RowChange(SubscriptionEvent.Type.UPDATE, old.rowId(), row, old.row(), ++lastChangeId));
        return new Told(old.rowId(), row);
    }

    /** Removed rows by key; empty unless the key is unique on both sides. */
    private Map<List<@Nullable Object>, Told> uniqueKeys(Collection<Told> removed, List<Row> added) {
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
            key.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
        }
        return key;
    }
}
