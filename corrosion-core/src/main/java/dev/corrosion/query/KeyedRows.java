package dev.corrosion.query;

import dev.corrosion.query.Joined.Member;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query whose rows are identified by the keys of its tables: which groups there are, and which of them a
 * changed row affects. A group is the rows with one combination of keys of the required tables; it depends on those rows
 * and on the rows of optional tables that are joined to them, before or after the change.
 *
 * <p>Not thread-safe.
 *
 * @param <E> what is kept of a row
 */
final class KeyedRows<E> {

    /** As many changed keys are always looked up one by one; of more, no more than a part of what is kept. */
    static final int ALWAYS_BY_KEY = 500;

    private static final int PART = 4;

    private final KeyedPlan plan;
    private final QueryRun run;
    private final KeyLayout layout;
    private final KeyLayout joinedLayout;
    private final Holding holding;
    private final Map<Object, List<E>> groups = new HashMap<>();

    /** Null for a query of one table, where the key of a row is its group. */
    private final @Nullable Joined joined;

    KeyedRows(KeyedPlan plan, QueryRun run, Holding holding) {
        this.plan = plan;
        this.run = run;
        this.layout = KeyLayout.of(plan, plan.columns());
        this.joinedLayout = KeyLayout.of(plan, 0);
        this.holding = holding;
        this.joined = plan.sources().size() > 1 ? new Joined(holding) : null;
    }

    KeyLayout layout() {
        return layout;
    }

    Map<Object, List<E>> groups() {
        return groups;
    }

    /** Everything there is now, groups that are gone included. */
    Changes all(Connection snapshot, @Nullable Cause cause) throws SQLException {
        Map<Object, List<@Nullable Object[]>> rows = new LinkedHashMap<>();
        run.each(
                snapshot, plan.all(), List.of(), row -> rows.computeIfAbsent(layout.group(row), g -> new ArrayList<>(1))
                        .add(row));
        Affected affected = Affected.all(rows, groups.keySet(), cause);
        Map<Object, Set<Member>> members = new HashMap<>();
        if (joined != null) {
            joined.all().forEach(group -> members.put(group, new LinkedHashSet<>()));
            if (plan.joinedSeparately()) {
                run.each(snapshot, plan.allJoined(), List.of(), row -> addMembers(joinedLayout, row, members));
            } else {
                rows.values().forEach(group -> group.forEach(row -> addMembers(layout, row, members)));
            }
        }
        return new Changes(affected, members);
    }

    /**
     * What the changes affect; null if that is everything, or so much that it is better asked for as a whole. Nothing is
     * kept before {@link #keep}.
     */
    @Nullable Changes affected(Connection snapshot, ChangedRows changed) throws SQLException {
        List<List<ChangedKey>> keys = new ArrayList<>();
        int count = 0;
        for (Source source : plan.sources()) {
            List<ChangedKey> ofSource = ChangedKey.of(source, changed);
            if (ofSource == null) {
                return null;
            }
            keys.add(ofSource);
            count += ofSource.size();
        }
        if (count > Math.max(ALWAYS_BY_KEY, groups.size() / PART)) {
            return null;
        }
        Affected affected = new Affected();
        for (int source : layout.required()) {
            for (ChangedKey key : keys.get(source)) {
                addRequired(snapshot, source, key, affected);
            }
        }
        for (int source : layout.optional()) {
            for (ChangedKey key : keys.get(source)) {
                if (!addOptional(snapshot, source, key, affected)) {
                    return null;
                }
            }
        }
        Map<Object, Set<Member>> members = members(snapshot, affected);
        return members == null ? null : new Changes(affected, members);
    }

    /** Remembers what {@link Changes} told; the owner has already put the entries into {@link #groups}. */
    void keep(Changes changes) {
        if (joined != null) {
            changes.members().forEach(joined::set);
        } else {
            changes.affected().groups().keySet().forEach(key -> holding.changed(0, key, groups.containsKey(key)));
        }
    }

    void eachHeld(Holding other) {
        if (joined != null) {
            joined.eachHeld(other);
        } else {
            groups.keySet().forEach(key -> other.changed(0, key, true));
        }
    }

    /**
     * What changes affect.
     *
     * @param members by group the rows that it is made of
     */
    record Changes(Affected affected, Map<Object, Set<Member>> members) {}

    private void addRequired(Connection snapshot, int source, ChangedKey key, Affected affected) throws SQLException {
        Map<Object, List<@Nullable Object[]>> now = new LinkedHashMap<>();
        if (joined == null) {
            now.put(key.canonical(), new ArrayList<>(1));
        } else {
            joined.groupsOf(source, key.canonical()).forEach(group -> now.put(group, new ArrayList<>(1)));
        }
        List<Integer> restricted = List.of(source);
        run.each(snapshot, plan.of(restricted), key.values(), row -> now.computeIfAbsent(
                        layout.group(row), g -> new ArrayList<>(1))
                .add(row));
        if (plan.joinedSeparately()) {
            run.each(
                    snapshot,
                    plan.joinedOf(restricted),
                    key.values(),
                    row -> now.computeIfAbsent(joinedLayout.group(row), g -> new ArrayList<>(1)));
        }
        now.forEach((group, rows) -> affected.add(group, rows, key.change()));
    }

    /** @return false if a group cannot be looked up */
    private boolean addOptional(Connection snapshot, int source, ChangedKey key, Affected affected)
            throws SQLException {
        Joined joined = Objects.requireNonNull(this.joined);
        Set<Object> found = new LinkedHashSet<>(joined.groupsOf(source, key.canonical()));
        List<Integer> restricted = List.of(source);
        if (plan.joinedSeparately()) {
            run.each(snapshot, plan.joinedOf(restricted), key.values(), row -> found.add(joinedLayout.group(row)));
        } else {
            run.each(snapshot, plan.of(restricted), key.values(), row -> found.add(layout.group(row)));
        }
        for (Object group : found) {
            List<@Nullable Object[]> rows = new ArrayList<>();
            if (!affected.contains(group)) {
                List<?> values = layout.values(group);
                if (values == null) {
                    return false;
                }
                run.each(snapshot, plan.of(layout.required()), values, rows::add);
            }
            affected.add(group, rows, key.change());
        }
        return true;
    }

    /** What the affected groups are made of now; null if one cannot be looked up. */
    private @Nullable Map<Object, Set<Member>> members(Connection snapshot, Affected affected) throws SQLException {
        Map<Object, Set<Member>> members = new HashMap<>();
        if (joined == null) {
            return members;
        }
        for (Map.Entry<Object, Affected.Group> group : affected.groups().entrySet()) {
            members.put(group.getKey(), new LinkedHashSet<>());
            if (plan.joinedSeparately()) {
                List<?> values = layout.values(group.getKey());
                if (values == null) {
                    return null;
                }
                run.each(
                        snapshot,
                        plan.joinedOf(layout.required()),
                        values,
                        row -> addMembers(joinedLayout, row, members));
            } else {
                group.getValue().rows().forEach(row -> addMembers(layout, row, members));
            }
        }
        return members;
    }

    private static void addMembers(KeyLayout layout, @Nullable Object[] row, Map<Object, Set<Member>> members) {
        Set<Member> group = members.computeIfAbsent(layout.group(row), g -> new LinkedHashSet<>());
        for (int source = 0; source < layout.sources().size(); source++) {
            if (layout.has(source, row)) {
                group.add(new Member(source, layout.key(source, row)));
            }
        }
    }
}
