package dev.corrosion.query;

import dev.corrosion.query.EqualityIndex.Signature;
import dev.corrosion.store.SqlNames;
import dev.corrosion.store.SqlValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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

    private final Registrations others = new Registrations();
    private final Map<Signature, EqualityIndex> indexes = new LinkedHashMap<>();
    private final Map<Object, Set<Evaluation>> holders = new HashMap<>();

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

    /** An evaluation that only rows with these values can come to belong to. */
    void add(Source table, Signature signature, List<List<@Nullable Object>> keys, Evaluation evaluation) {
        EqualityIndex index = indexes.computeIfAbsent(signature, EqualityIndex::new);
        keys.forEach(key -> index.add(key, evaluation));
        read(table);
    }

    void remove(Source table, Signature signature, List<List<@Nullable Object>> keys, Evaluation evaluation) {
        EqualityIndex index = indexes.get(signature);
        if (index != null) {
            keys.forEach(key -> index.remove(key, evaluation));
            if (index.isEmpty()) {
                indexes.remove(signature);
                read(table);
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
