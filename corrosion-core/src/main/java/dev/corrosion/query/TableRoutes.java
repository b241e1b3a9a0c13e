package dev.corrosion.query;

import dev.corrosion.query.EqualityIndex.Signature;
import dev.corrosion.store.SqlNames;
import dev.corrosion.store.SqlValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which evaluations the rows of one table may concern: those whose queries ask for the values that a row has, those that
 * hold it now, and all whose queries do not say so exactly what they ask for. Not thread-safe.
 */
final class TableRoutes {

    /**
     * How an evaluation is found by rows of the table.
     *
     * @param keys the values of the columns of the signature
     * @param conditions in lower case, the columns of which it depends whether a row belongs to the result
     */
    record Entry(Source table, Signature signature, List<List<@Nullable Object>> keys, Set<String> conditions) {}

    private final Registrations others = new Registrations();
    private final Map<Signature, EqualityIndex> indexes = new LinkedHashMap<>();
    private final Map<Object, Set<Evaluation>> holders = new HashMap<>();

    /** In lower case the columns that decide whether a row comes to belong to one of the indexed, with how many say so. */
    private final Map<String, Integer> conditions = new HashMap<>();

    /** The table and what to read of its rows; null while there is no index. */
    private @Nullable Source source;

    private List<String> columns = List.of();
    private String select = "";

    void add(QueryAnalysis analysis, Evaluation evaluation) {
        others.add(analysis, evaluation);
    }

    void remove(QueryAnalysis analysis, Evaluation evaluation) {
        others.remove(analysis, evaluation);
    }

    /** An evaluation that only rows with the values of an entry can come to belong to. */
    void add(Entry entry, Evaluation evaluation) {
        EqualityIndex index = indexes.computeIfAbsent(entry.signature(), EqualityIndex::new);
        entry.keys().forEach(key -> index.add(key, evaluation));
        entry.conditions().forEach(column -> conditions.merge(column, 1, Integer::sum));
        read(entry.table());
    }

    void remove(Entry entry, Evaluation evaluation) {
        EqualityIndex index = indexes.get(entry.signature());
        if (index != null) {
            entry.keys().forEach(key -> index.remove(key, evaluation));
            entry.conditions()
                    .forEach(column ->
                            conditions.computeIfPresent(column, (name, count) -> count == 1 ? null : count - 1));
            if (index.isEmpty()) {
                indexes.remove(entry.signature());
                read(entry.table());
            }
        }
    }

    /** An evaluation has a row now, or has it no more. */
    void held(Object key, boolean holds, Evaluation evaluation) {
        if (holds) {
            Set<Evaluation> before = holders.get(key);
            if (before == null) {
                holders.put(key, Set.of(evaluation)); // most rows are in one result
            } else if (!before.contains(evaluation)) {
                Set<Evaluation> more = new LinkedHashSet<>(before);
                more.add(evaluation);
                holders.put(key, more);
            }
            return;
        }
        Set<Evaluation> before = holders.get(key);
        if (before != null && before.contains(evaluation)) {
            if (before.size() == 1) {
                holders.remove(key);
            } else {
                before.remove(evaluation);
            }
        }
    }

    /** Whatever rows an evaluation had, it has none. */
    void forget(Evaluation evaluation) {
        for (Object key : List.copyOf(holders.keySet())) {
            held(key, false, evaluation);
        }
    }

    /**
     * Finds the evaluations that changes concern.
     *
     * @param some gets an evaluation and a row that concerns it
     * @param whole gets evaluations that all changes concern
     */
    void route(
            StatementCache statements,
            Connection snapshot,
            ChangedRows changed,
            BiConsumer<Evaluation, ChangedRows.Key> some,
            Consumer<Evaluation> whole)
            throws SQLException {
        others.touchedBy(changed, whole);
        Source source = this.source;
        if (source == null) {
            return;
        }
        List<ChangedKey> keys = ChangedKey.of(source, changed);
        if (keys == null) {
            indexes.values().forEach(index -> index.all().forEach(whole));
            return;
        }
        if (keys.isEmpty()) {
            return;
        }
        PreparedStatement statement = statements.get(snapshot, select);
        for (ChangedKey key : keys) {
            for (Evaluation holder : holders.getOrDefault(key.canonical(), Set.of())) {
                some.accept(holder, key.change());
            }
            for (int i = 0; i < key.values().size(); i++) {
                SqlValues.bind(statement, i + 1, Keys.bindable(key.values().get(i)));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    for (EqualityIndex index : indexes.values()) {
                        index.find(values(row, index)).forEach(found -> some.accept(found, key.change()));
                    }
                }
            }
        }
    }

    /** Whether changes may concern evaluations that are not found by the rows themselves. */
    boolean concernOthers(ChangedRows changed) {
        return others.isTouchedBy(changed);
    }

    /**
     * Whether a row of this table may concern one of the evaluations that are found by rows; true where that cannot be told
     * without reading the row.
     */
    boolean mayConcern(WrittenRow row) {
        Source source = this.source;
        if (source == null) {
            return false;
        }
        Object key = Keys.canonical(source.table().key(), row.key());
        if (key == null) {
            return true;
        }
        for (Evaluation holder : holders.getOrDefault(key, Set.of())) {
            if (holder.analysis().readSet().touchedBy(row)) {
                return true;
            }
        }
        if (row.gone() || (row.columns() != null && Collections.disjoint(row.columns(), conditions.keySet()))) {
            return false; // it was in none of their results before, and is not now
        }
        return indexes.values().stream().anyMatch(index -> mayConcern(row, index));
    }

    private static boolean mayConcern(WrittenRow row, EqualityIndex index) {
        List<@Nullable Object> values = new ArrayList<>(index.columns().size());
        for (String column : index.columns()) {
            String name = Catalog.lower(column);
            if (!row.values().containsKey(name)) {
                return true;
            }
            values.add(row.values().get(name));
        }
        return !index.find(values).isEmpty();
    }

    private List<@Nullable Object> values(ResultSet row, EqualityIndex index) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>(index.columns().size());
        for (String column : index.columns()) {
            values.add(SqlValues.read(row, 1 + columns.indexOf(column)));
        }
        return values;
    }

    /** Prepares to read the columns of all indexes. */
    private void read(Source table) {
        Set<String> all = new LinkedHashSet<>();
        indexes.values().forEach(index -> all.addAll(index.columns()));
        if (all.isEmpty()) {
            source = null;
            return;
        }
        if (source != null && columns.equals(List.copyOf(all))) {
            return;
        }
        Source plain = new Source(table.table().name(), table.table(), false);
        columns = List.copyOf(all);
        select = "SELECT "
                + String.join(", ", columns.stream().map(SqlNames::quote).toList()) + " FROM "
                + SqlNames.quote(plain.alias()) + " WHERE " + plain.keyIs(1);
        source = plain;
    }
}
