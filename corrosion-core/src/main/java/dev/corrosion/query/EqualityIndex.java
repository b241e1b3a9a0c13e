package dev.corrosion.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evaluations by the constants that they ask certain columns of a table to have. Not thread-safe.
 */
final class EqualityIndex {

    /** The columns, in order, and how each is compared. */
    record Signature(List<String> columns, List<Collation> collations) {
        static Signature of(List<Equality> equalities) {
            return new Signature(
                    equalities.stream()
                            .map(equality -> equality.column().name())
                            .toList(),
                    equalities.stream().map(Equality::collation).toList());
        }
    }

    private final Signature signature;
    private final Map<List<@Nullable Object>, Set<Evaluation>> evaluations = new HashMap<>();

    EqualityIndex(Signature signature) {
        this.signature = signature;
    }

    /** All combinations of values under which an evaluation is to be found; empty if it has none that are sure. */
    static Optional<List<List<@Nullable Object>>> keys(
            List<Equality> equalities, List<? extends @Nullable Object> parameters) {
        List<List<@Nullable Object>> keys = List.of(List.of());
        for (Equality equality : equalities) {
            Optional<List<Object>> values = equality.values(parameters);
            if (values.isEmpty()) {
                return Optional.empty();
            }
            List<List<@Nullable Object>> longer = new ArrayList<>();
            for (List<@Nullable Object> key : keys) {
                for (Object value : values.get()) {
                    List<@Nullable Object> with = new ArrayList<>(key);
                    with.add(value);
                    longer.add(with);
                }
            }
            keys = longer;
        }
        return Optional.of(keys);
    }

    List<String> columns() {
        return signature.columns();
    }

    void add(List<@Nullable Object> key, Evaluation evaluation) {
        evaluations.computeIfAbsent(key, added -> new LinkedHashSet<>(2)).add(evaluation);
    }

    void remove(List<@Nullable Object> key, Evaluation evaluation) {
        Set<Evaluation> same = evaluations.get(key);
        if (same != null && same.remove(evaluation) && same.isEmpty()) {
            evaluations.remove(key);
        }
    }

    boolean isEmpty() {
        return evaluations.isEmpty();
    }

    /**
     * The evaluations that a row may belong to.
     *
     * @param values of the columns
     */
    Collection<Evaluation> find(List<@Nullable Object> values) {
        @Nullable Object[] key = new @Nullable Object[values.size()];
        for (int i = 0; i < key.length; i++) {
            Collation collation = signature.collations().get(i);
            if (!collation.isExact(values.get(i))) {
                return all();
            }
            key[i] = collation.canonical(values.get(i));
        }
        return evaluations.getOrDefault(Arrays.asList(key), Set.of());
    }

    Collection<Evaluation> all() {
        Set<Evaluation> all = new LinkedHashSet<>();
        evaluations.values().forEach(all::addAll);
        return all;
    }
}
