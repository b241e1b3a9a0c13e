package dev.corrosion.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the evaluations that changed rows may concern, without asking each of them. Queries of one table with a condition
 * {@code column = constant} or {@code column IN (constants)} are found by the values of the changed rows, the others by the
 * tables and columns that they read.
 *
 * <p>What {@link #route} returns belongs to its snapshot: all evaluations in it must be updated by that snapshot before the
 * next call, since rows that an evaluation would get by an update that is still to come are not known here. An evaluation
 * that is not updated must be unregistered; it may be registered again when it has been updated with all changes. Register
 * before the snapshot is taken by which an evaluation starts, or on the thread that routes.
 *
 * <p>Thread-safe; different evaluations may be updated by different threads.
 */
public final class QueryRouter {

    private static final long DIFFERENT = -1;

    /** How an evaluation is registered. */
    private final class Registration implements Evaluation.Listener {
        private final Evaluation evaluation;
        private QueryAnalysis analysis;
        /** The table of which single rows are routed to it, and under which values; null if all changes are. */
        private @Nullable TableRoutes indexed;

        private @Nullable KeyedPlan plan;
        private List<List<@Nullable Object>> keys = List.of();

        Registration(Evaluation evaluation) {
            this.evaluation = evaluation;
            this.analysis = evaluation.analysis();
        }

        @Override
        public void held(Object key, boolean holds) {
            synchronized (QueryRouter.this) {
                if (indexed != null) {
                    indexed.held(key, holds, evaluation);
                }
            }
        }

        @Override
        public void planned() {
            synchronized (QueryRouter.this) {
                if (indexed != null) {
                    indexed.forget(evaluation); // the rows of the result before are not known any more
                }
                remove(this);
                add(this);
            }
        }
    }

    private final StatementCache statements;
    private final QueryEngine engine;
    private final Map<String, TableRoutes> tables = new HashMap<>();
    private final Registrations everything = new Registrations();
    private final Map<Evaluation, Registration> registrations = new LinkedHashMap<>();
    /** By which all are analysed. */
    private long schemaVersion = DIFFERENT;

    public QueryRouter(QueryEngine engine) {
        this.engine = engine;
        this.statements = engine.statements();
    }

    /** From now on, changes are routed to an evaluation. */
    public synchronized void register(Evaluation evaluation) {
        if (!registrations.containsKey(evaluation)) {
            Registration registration = new Registration(evaluation);
            long version = evaluation.analysis().schemaVersion();
            schemaVersion = registrations.isEmpty() || version == schemaVersion ? version : DIFFERENT;
            registrations.put(evaluation, registration);
            add(registration);
            evaluation.listen(registration);
        }
    }

    /** No longer; nothing happens if it was not registered. */
    public synchronized void unregister(Evaluation evaluation) {
        Registration registration = registrations.remove(evaluation);
        if (registration != null) {
            evaluation.listen(null);
            remove(registration);
        }
    }

    public synchronized int size() {
        return registrations.size();
    }

    /**
     * The evaluations that may have to change, each with what it is to be updated with.
     *
     * @param changed all rows that have changed since the last call
     */
    public synchronized List<Routed> route(Connection snapshot, ChangedRows changed) throws SQLException {
        long version = engine.schemaVersion(snapshot);
        if (version != schemaVersion) {
            schemaVersion = version;
            return registrations.keySet().stream()
                    .map(evaluation -> new Routed(evaluation, changed))
                    .toList();
        }
        Set<Evaluation> whole = new LinkedHashSet<>();
        List<Routed> routed = new ArrayList<>();
        everything.touchedBy(changed, whole::add);
        for (String table : changed.tables()) {
            TableRoutes routes = tables.get(table);
            if (routes != null) {
                Map<Evaluation, Set<ChangedRows.Key>> some = new LinkedHashMap<>();
                routes.route(
                        statements,
                        snapshot,
                        changed,
                        (evaluation, key) -> some.computeIfAbsent(evaluation, e -> new LinkedHashSet<>(2))
                                .add(key),
                        whole::add);
                some.forEach((evaluation, keys) -> {
                    ChangedRows part = changed.only(table, keys);
                    if (!whole.contains(evaluation)
                            && evaluation.analysis().readSet().touchedBy(part)) {
                        routed.add(new Routed(evaluation, part));
                    }
                });
            }
        }
        whole.forEach(evaluation -> routed.add(new Routed(evaluation, changed)));
        return routed;
    }

    private void add(Registration registration) {
        Evaluation evaluation = registration.evaluation;
        registration.analysis = evaluation.analysis();
        ReadSet readSet = registration.analysis.readSet();
        if (evaluation.plan() instanceof KeyedPlan plan && !plan.equalities().isEmpty() && !readSet.everything()) {
            Optional<List<List<@Nullable Object>>> keys =
                    EqualityIndex.keys(plan.equalities(), evaluation.parameters());
            if (keys.isPresent()) {
                TableRoutes routes = routes(plan.sources().get(0).tableName());
                routes.add(plan, keys.get(), evaluation);
                registration.indexed = routes;
                registration.plan = plan;
                registration.keys = keys.get();
                keys(evaluation).forEach(key -> routes.held(key, true, evaluation));
                return;
            }
        }
        if (readSet.everything()) {
            everything.add(registration.analysis, evaluation);
        } else {
            readSet.tables().forEach(table -> routes(table).add(registration.analysis, evaluation));
        }
    }

    private void remove(Registration registration) {
        Evaluation evaluation = registration.evaluation;
        if (registration.indexed != null && registration.plan != null) {
            TableRoutes routes = registration.indexed;
            keys(evaluation).forEach(key -> routes.held(key, false, evaluation));
            registration.indexed.remove(registration.plan, registration.keys, evaluation);
            registration.indexed = null;
            registration.plan = null;
            registration.keys = List.of();
        } else {
            everything.remove(registration.analysis, evaluation);
            registration.analysis.readSet().tables().forEach(table -> routes(table)
                    .remove(registration.analysis, evaluation));
        }
    }

    private static Iterable<Object> keys(Evaluation evaluation) {
        return evaluation.result() instanceof KeyedResult keyed ? keyed.keys() : Set.of();
    }

    private TableRoutes routes(String table) {
        return tables.computeIfAbsent(table, name -> new TableRoutes());
    }
}
