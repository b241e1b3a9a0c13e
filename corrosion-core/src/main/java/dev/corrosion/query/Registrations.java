package dev.corrosion.query;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Evaluations by their analysis, so that what is asked of a query is asked once for all that have its text. */
final class Registrations {

    private final Map<QueryAnalysis, Set<Evaluation>> evaluations = new LinkedHashMap<>();

    void add(QueryAnalysis analysis, Evaluation evaluation) {
        evaluations.computeIfAbsent(analysis, text -> new LinkedHashSet<>(2)).add(evaluation);
    }

    void remove(QueryAnalysis analysis, Evaluation evaluation) {
        Set<Evaluation> same = evaluations.get(analysis);
        if (same != null && same.remove(evaluation) && same.isEmpty()) {
            evaluations.remove(analysis);
        }
    }

    boolean isTouchedBy(ChangedRows changed) {
        return evaluations.keySet().stream()
                .anyMatch(analysis -> analysis.readSet().touchedBy(changed));
    }

    /** Those whose queries read something that has changed. */
    void touchedBy(ChangedRows changed, Consumer<Evaluation> consumer) {
        evaluations.forEach((analysis, same) -> {
            if (analysis.readSet().touchedBy(changed)) {
                same.forEach(consumer);
            }
        });
    }
}
