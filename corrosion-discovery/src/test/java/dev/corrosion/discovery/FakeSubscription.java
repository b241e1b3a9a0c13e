package dev.corrosion.discovery;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the events of a subscription of whole results, whose rows it knows by the keys of services and checks. */
final class FakeSubscription {

    private final Map<List<@Nullable Object>, Long> rowIds = new HashMap<>();
    private @Nullable Map<List<@Nullable Object>, Row> before;
    private long changeId;

    List<SubscriptionEvent> events(List<Row> result) {
        Map<List<@Nullable Object>, Row> now = new LinkedHashMap<>();
        result.forEach(row -> now.put(key(row), row));
        Map<List<@Nullable Object>, Row> old = before;
        before = now;
        return old == null ? snapshot(now) : changes(old, now);
    }

    private List<SubscriptionEvent> snapshot(Map<List<@Nullable Object>, Row> now) {
        List<SubscriptionEvent> events = new ArrayList<>();
        events.add(new SubscriptionEvent.Columns(new UUID(0, 0), List.of()));
        now.forEach((key, row) -> events.add(new SubscriptionEvent.RowSnapshot(rowId(key), row)));
        events.add(new SubscriptionEvent.EndOfQuery(0, Map.of()));
        return events;
    }

    private List<SubscriptionEvent> changes(
            Map<List<@Nullable Object>, Row> old, Map<List<@Nullable Object>, Row> now) {
        List<RowChange> changes = new ArrayList<>();
        old.forEach((key, row) -> {
            if (!now.containsKey(key)) {
                changes.add(change(SubscriptionEvent.Type.DELETE, key, row, null));
            }
        });
        now.forEach((key, row) -> {
            Row previous = old.get(key);
            if (previous == null) {
                changes.add(change(SubscriptionEvent.Type.INSERT, key, row, null));
            } else if (!previous.equals(row)) {
                changes.add(change(SubscriptionEvent.Type.UPDATE, key, row, previous));
            }
        });
        List<SubscriptionEvent> events = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            RowChange c = changes.get(i);
            boolean last = i == changes.size() - 1;
            events.add(new RowChange(c.type(), c.rowId(), c.row(), c.old(), ++changeId, null, 0, last));
        }
        return events;
    }

    private RowChange change(SubscriptionEvent.Type type, List<@Nullable Object> key, Row row, @Nullable Row previous) {
        return new RowChange(type, rowId(key), row, previous, 0, null, 0, false);
    }

    private long rowId(List<@Nullable Object> key) {
        return rowIds.computeIfAbsent(key, unknown -> (long) rowIds.size());
    }

    private static List<@Nullable Object> key(Row row) {
        List<@Nullable Object> key = new ArrayList<>();
        for (String column : List.of("instance_id", "check_id")) {
            if (row.columns().contains(column)) {
                key.add(row.get(column));
            }
        }
        return key;
    }
}
