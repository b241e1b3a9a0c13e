package dev.corrosion.query;

import dev.corrosion.Row;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
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
 * The result of a query that runs again as a whole. Results are bags: equal rows keep their ids, the rest are deletes and
 * inserts, and a delete and an insert of the same key are an update. The key only decides what is called an update; the sum
 * of the changes is right whatever it is.
 */
final class RerunResult implements KeptResult {

    private final RerunPlan plan;
    private final ReadSet readSet;
    private final QueryRun run;
    private final RowIds ids;
    private List<ResultRow> told = List.of();

    RerunResult(RerunPlan plan, ReadSet readSet, QueryRun run, RowIds ids) {
        this.plan = plan;
        this.readSet = readSet;
        this.run = run;
        this.ids = ids;
    }

    /** Begins with rows that were told before. */
    void restore(List<ResultRow> before) {
        told = List.copyOf(before);
    }

    @Override
    public List<ResultChange> reset(Connection snapshot, @Nullable Cause cause) throws SQLException {
        List<Row> rows = new ArrayList<>();
        run.each(snapshot, plan.sql(), List.of(), values -> rows.add(Row.of(plan.columns(), values)));
        return changesTo(rows, cause);
    }

    @Override
    public List<ResultChange> update(Connection snapshot, ChangedRows changed) throws SQLException {
        return reset(snapshot, readSet.lastCause(changed));
    }

    @Override
    public List<ResultRow> rows() {
        return List.copyOf(told);
    }

    @Override
    public int size() {
        return told.size();
    }

    private List<ResultChange> changesTo(List<Row> rows, @Nullable Cause cause) {
        // Most changes are in one place: what is equal from the front and from the back needs no hashing.
        int shorter = Math.min(told.size(), rows.size());
        int front = 0;
        while (front < shorter && told.get(front).row().equals(rows.get(front))) {
            front++;
        }
        int back = 0;
        while (back < shorter - front
                && told.get(told.size() - 1 - back).row().equals(rows.get(rows.size() - 1 - back))) {
            back++;
        }
        List<ResultRow> next = new ArrayList<>(rows.size());
        next.addAll(told.subList(0, front));
        List<ResultChange> changes = new ArrayList<>();
        middle(told.subList(front, told.size() - back), rows.subList(front, rows.size() - back), next, changes, cause);
        next.addAll(told.subList(told.size() - back, told.size()));
        told = next;
        return changes;
    }

    /** Tells the difference of a part, and puts what is told of it now, in the order of the rows. */
    private void middle(
            List<ResultRow> before,
            List<Row> rows,
            List<ResultRow> next,
            List<ResultChange> changes,
            @Nullable Cause cause) {
        Map<Row, Deque<ResultRow>> unmatched = new LinkedHashMap<>();
        before.forEach(entry -> unmatched
                .computeIfAbsent(entry.row(), row -> new ArrayDeque<>(1))
                .add(entry));
        List<@Nullable ResultRow> matched = new ArrayList<>(rows.size());
        List<Row> added = new ArrayList<>();
        for (Row row : rows) {
            Deque<ResultRow> equal = unmatched.get(row);
            ResultRow entry = equal == null ? null : equal.poll();
            matched.add(entry);
            if (entry == null) {
                added.add(row);
            }
        }
        Map<Long, ResultRow> removed = new LinkedHashMap<>();
        unmatched.values().forEach(rest -> rest.forEach(entry -> removed.put(entry.id(), entry)));
        Map<List<@Nullable Object>, ResultRow> updatable = uniqueKeys(removed.values(), added);
        added.forEach(row -> {
            ResultRow old = updatable.get(key(row));
            if (old != null) {
                removed.remove(old.id());
            }
        });
        removed.values().forEach(gone -> changes.add(ResultChange.delete(gone.id(), gone.row(), cause)));
        for (int i = 0; i < rows.size(); i++) {
            ResultRow entry = matched.get(i);
            next.add(entry != null ? entry : tell(rows.get(i), updatable.get(key(rows.get(i))), changes, cause));
        }
    }

    private ResultRow tell(Row row, @Nullable ResultRow old, List<ResultChange> changes, @Nullable Cause cause) {
        ResultRow told = new ResultRow(old == null ? ids.next(row) : old.id(), row);
        changes.add(
                old == null
                        ? ResultChange.insert(told.id(), row, cause)
                        : ResultChange.update(told.id(), row, old.row(), cause));
        return told;
    }

    /** Removed rows by key; empty unless the key is unique on both sides. */
    private Map<List<@Nullable Object>, ResultRow> uniqueKeys(Collection<ResultRow> removed, List<Row> added) {
        Map<List<@Nullable Object>, ResultRow> byKey = new HashMap<>();
        if (plan.keyColumns().isEmpty()) {
            return byKey;
        }
        for (ResultRow entry : removed) {
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
        List<@Nullable Object> key = new ArrayList<>(plan.keyColumns().size());
        for (int column : plan.keyColumns()) {
            Object value = row.get(column);
            key.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
        }
        return key;
    }
}
