package dev.corrosion.query;

import dev.corrosion.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Numbers the rows of one evaluation. When the way in which a query is followed changes, rows that are the same before and
 * after keep their numbers. Not thread-safe.
 */
final class RowIds {

    private long last;
    private final Map<Row, Deque<ResultRow>> known = new LinkedHashMap<>();
    private final Set<Long> reused = new HashSet<>();

    /** Goes on after the numbers up to this one. */
    void restore(long highest) {
        last = highest;
    }

    /** The number of a row that is new to whoever keeps the result. */
    long next(Row row) {
        Deque<ResultRow> equal = known.get(row);
        ResultRow same = equal == null ? null : equal.poll();
        if (same == null) {
            return ++last;
        }
        reused.add(same.id());
        return same.id();
    }

    /** From now on, rows equal to these get their numbers, each once. */
    void reuse(List<ResultRow> rows) {
        rows.forEach(row ->
                known.computeIfAbsent(row.row(), added -> new ArrayDeque<>(1)).add(row));
    }

    /** Whether this number is one of the reused. */
    boolean isReused(long id) {
        return reused.contains(id);
    }

    /** Those of the rows to reuse that have not been. */
    List<ResultRow> unused() {
        List<ResultRow> rows = new ArrayList<>();
        known.values().forEach(rows::addAll);
        return rows;
    }

    /** Numbers are new again. */
    void forget() {
        known.clear();
        reused.clear();
    }
}
