package dev.corrosion.query;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The groups that changes affect, each with all rows that it has now. Not thread-safe. */
final class Affected {

    /** The rows of a group now, and the last transaction that changed it. */
    static final class Group {
        private final List<@Nullable Object[]> rows;
        private @Nullable Cause cause;
        private int order;

        private Group(List<@Nullable Object[]> rows) {
            this.rows = rows;
        }

        List<@Nullable Object[]> rows() {
            return rows;
        }

        @Nullable Cause cause() {
            return cause;
        }

        int order() {
            return order;
        }
    }

    private final Map<Object, Group> groups = new LinkedHashMap<>();

    Map<Object, Group> groups() {
        return groups;
    }

    boolean contains(Object group) {
        return groups.containsKey(group);
    }

    /**
     * A change affects a group.
     *
     * @param rows all that it has; not looked at if they are known already
     */
    void add(Object group, List<@Nullable Object[]> rows, ChangedRows.Key change) {
        Group known = groups.computeIfAbsent(group, key -> new Group(rows));
        if (change.order() >= known.order) {
            known.order = change.order();
            known.cause = change.cause();
        }
    }

    /** All groups, made of all rows, with one cause. */
    static Affected all(Map<Object, List<@Nullable Object[]>> rows, Iterable<Object> before, @Nullable Cause cause) {
        Affected all = new Affected();
        ChangedRows.Key change = new ChangedRows.Key(List.of(), cause, 0);
        before.forEach(group -> {
            if (!rows.containsKey(group)) {
                all.add(group, new ArrayList<>(), change);
            }
        });
        rows.forEach((group, now) -> all.add(group, now, change));
        return all;
    }
}
