package dev.corrosion.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of a query with GROUP BY. Of each row that is grouped it is known in which group it is.
 *
 * <p>The values of a group are those of any of its rows; if they are equal but not the same, as 1 and 1.0 are, SQLite's
 * choice depends on how it reads the rows. Then this way of following is given up.
 */
final class GroupedResult implements KeptResult {

    /** As many groups are always queried one by one; of more, no more than a part of all. */
    private static final int ALWAYS_BY_GROUP = 4;

    private static final int ALWAYS_BY_INDEX = 500;
    private static final int PART = 4;
    private static final int PART_WITHOUT_INDEX = 16;

    /** A group: the values of its expressions, how many rows are in it, and its row of the result, if it has one. */
    private static final class Group {
        private final List<@Nullable Object> values;
        private int rows;
        private @Nullable KeptRow told;

        Group(List<@Nullable Object> values) {
            this.values = values;
        }
    }

    /** What changes with one group. */
    private static final class Step {
        private final List<@Nullable Object> values;
        private int growth;
        private @Nullable Cause cause;
        private int order;
        private List<KeptRow> before = List.of();
        private List<KeptRow> now = List.of();

        Step(List<@Nullable Object> values) {
            this.values = values;
        }
    }

    private final GroupPlan plan;
    private final List<String> columns;
    private final QueryRun run;
    private final RowIds ids;
    private final KeyedRows<Object> rows;
    private final Map<Object, Group> groups = new HashMap<>();
    private int size;

    GroupedResult(GroupPlan plan, List<String> columns, QueryRun run, RowIds ids, Holding holding) {
        this.plan = plan;
        this.columns = columns;
        this.run = run;
        this.ids = ids;
        this.rows = new KeyedRows<>(plan.rows(), run, holding);
    }

    @Override
    public List<ResultChange> reset(Connection snapshot, @Nullable Cause cause) throws SQLException {
        return apply(snapshot, rows.all(snapshot, cause));
    }

    @Override
    public List<ResultChange> update(Connection snapshot, ChangedRows changed) throws SQLException {
        KeyedRows.Changes changes = rows.affected(snapshot, changed);
        return apply(snapshot, changes == null ? rows.all(snapshot, last(changed)) : changes);
    }

    @Override
    public List<ResultRow> rows() {
        List<KeptRow> all = new ArrayList<>(size);
        groups.values().forEach(group -> {
            if (group.told != null) {
                all.add(group.told);
            }
        });
        return KeptRow.sorted(all, plan.order());
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void eachHeld(Holding holding) {
        rows.eachHeld(holding);
    }

    private @Nullable Cause last(ChangedRows changed) {
        return changed.last(
                plan.rows().sources().stream().map(Source::tableName).toList());
    }

    private List<ResultChange> apply(Connection snapshot, KeyedRows.Changes changes) throws SQLException {
        Map<Object, List<Object>> entries = new HashMap<>();
        Map<Object, Step> steps = steps(changes.affected(), entries);
        query(snapshot, steps);
        Diff diff = new Diff(ids);
        steps.forEach((key, step) -> {
            Group group = groups.get(key);
            step.before = group == null || group.told == null ? List.of() : List.of(group.told);
            step.now = diff.group(step.before, step.now, step.cause);
        });
        size += diff.growth();
        steps.forEach(this::keep);
        entries.forEach((row, of) -> {
            if (of.isEmpty()) {
                rows.groups().remove(row);
            } else {
                rows.groups().put(row, List.copyOf(of));
            }
        });
        rows.keep(changes);
        return diff.changes();
    }

    private void keep(Object key, Step step) {
        Group group = groups.computeIfAbsent(key, added -> new Group(step.values));
        group.rows += step.growth;
        group.told = step.now.isEmpty() ? null : step.now.get(0);
        if (group.rows == 0) {
            groups.remove(key);
        }
    }

    /**
     * Finds the groups to which the affected rows belonged or belong now.
     *
     * @param entries gets the groups in which they are now, by the key of the rows
     */
    private Map<Object, Step> steps(Affected affected, Map<Object, List<Object>> entries) {
        Map<Object, Step> steps = new LinkedHashMap<>();
        affected.groups().forEach((row, change) -> {
            for (Object key : rows.groups().getOrDefault(row, List.of())) {
                Group group = Objects.requireNonNull(groups.get(key));
                step(steps, key, group.values, change).growth--;
            }
            List<Object> now = new ArrayList<>(change.rows().size());
            for (@Nullable Object[] read : change.rows()) {
                List<@Nullable Object> values =
                        Arrays.asList(Arrays.copyOf(read, plan.expressions().size()));
                Object key = key(values);
                Group known = groups.get(key);
                Step step = step(steps, key, known == null ? values : known.values, change);
                requireSame(step.values, values);
                step.growth++;
                now.add(key);
            }
            entries.put(row, now);
        });
        return steps;
    }

    private static Step step(
            Map<Object, Step> steps, Object key, List<@Nullable Object> values, Affected.Group change) {
        Step step = steps.computeIfAbsent(key, added -> new Step(values));
        if (change.order() >= step.order) {
            step.order = change.order();
            step.cause = change.cause();
        }
        return step;
    }

    /** Asks for the groups as they are now, one by one or all. */
    private void query(Connection snapshot, Map<Object, Step> steps) throws SQLException {
        int most = plan.indexed()
                ? Math.max(ALWAYS_BY_INDEX, groups.size() / PART)
                : Math.max(ALWAYS_BY_GROUP, groups.size() / PART_WITHOUT_INDEX);
        if (steps.size() > most) {
            run.each(snapshot, plan.all(), List.of(), row -> {
                Step step = steps.get(key(values(row)));
                if (step != null) {
                    found(step, row);
                }
            });
            return;
        }
        for (Map.Entry<Object, Step> entry : steps.entrySet()) {
            Group group = groups.get(entry.getKey());
            Step step = entry.getValue();
            if ((group == null ? 0 : group.rows) + step.growth > 0) {
                run.each(snapshot, plan.one(), step.values, row -> found(step, row));
            }
        }
    }

    private void found(Step step, @Nullable Object[] row) {
        if (!step.now.isEmpty()) {
            throw new CannotFollow("two of its groups cannot be told apart");
        }
        step.now = List.of(KeptRow.read(0, columns, row, null, plan.order()));
    }

    private static void requireSame(List<@Nullable Object> group, List<@Nullable Object> row) {
        for (int i = 0; i < group.size(); i++) {
            if (!Objects.deepEquals(group.get(i), row.get(i))) {
                throw new CannotFollow("it groups by values that are equal but not the same, such as 1 and 1.0");
            }
        }
    }

    private List<@Nullable Object> values(@Nullable Object[] row) {
        return QueryRun.part(row, plan.columns(), plan.expressions().size());
    }

    private Object key(List<@Nullable Object> values) {
        @Nullable Object[] key = new @Nullable Object[values.size()];
        for (int i = 0; i < key.length; i++) {
            Collation collation = plan.collations().get(i);
            if (!collation.isExact(values.get(i))) {
                throw new CannotFollow("it groups by a text that cannot be compared");
            }
            key[i] = collation.canonical(values.get(i));
        }
        return key.length == 1 && key[0] != null ? key[0] : Arrays.asList(key);
    }
}
