package dev.corrosion.query;

import dev.corrosion.query.EqualityIndex.Signature;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the evaluations that changed rows may concern, without asking each of them. Queries with a condition {@code column
 * = constant} or {@code column IN (constants)} on a table are found by the values of its changed rows, the others by the
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

    /**
     * A table of which single rows are routed to an evaluation.
     *
     * @param source its position in the query
     */
    private record Indexed(TableRoutes routes, int source, TableRoutes.Entry entry) {}

    /** How an evaluation is registered. */
    private final class Registration implements Evaluation.Listener {
        private final Evaluation evaluation;
        private QueryAnalysis analysis;
        private List<Indexed> indexed = List.of();

        /** Those of which all changes are routed to it. */
        private List<TableRoutes> whole = List.of();

        Registration(Evaluation evaluation) {
            this.evaluation = evaluation;
            this.analysis = evaluation.analysis();
        }

        @Override
        public void held(int source, Object key, boolean holds) {
            synchronized (QueryRouter.this) {
                for (Indexed table : indexed) {
                    if (table.source() == source) {
                        table.routes().held(key, holds, evaluation);
                    }
                }
            }
        }

        @Override
        public void planned() {
            synchronized (QueryRouter.this) {
                // the rows of the result before are not known any more
                indexed.forEach(table -> table.routes().forget(evaluation));
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
        Map<Evaluation, ChangedRows> parts = new LinkedHashMap<>();
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
                    if (parts.put(evaluation, changed.only(table, keys)) != null) {
                        whole.add(evaluation); // rows of two of its tables
                    }
                });
            }
        }
        parts.forEach((evaluation, part) -> {
            if (!whole.contains(evaluation) && evaluation.analysis().readSet().touchedBy(part)) {
                routed.add(new Routed(evaluation, part));
            }
        });
        whole.forEach(evaluation -> routed.add(new Routed(evaluation, changed)));
        return routed;
    }

    /**
     * Whether rows that were written may concern an evaluation. Reads nothing, so it says yes where it would have to; what
     * it says no to need not be routed.
     *
     * @param changed the same rows
     */
    public synchronized boolean mayConcern(List<WrittenRow> rows, ChangedRows changed) {
        if (schemaVersion == DIFFERENT || everything.isTouchedBy(changed)) {
            return true;
        }
        for (String table : changed.tables()) {
            TableRoutes routes = tables.get(table);
            if (routes != null && routes.concernOthers(changed)) {
                return true;
            }
        }
        return rows.stream().anyMatch(row -> {
            TableRoutes routes = tables.get(row.table());
            return routes != null && routes.mayConcern(row);
        });
    }

    private void add(Registration registration) {
        Evaluation evaluation = registration.evaluation;
        registration.analysis = evaluation.analysis();
        ReadSet readSet = registration.analysis.readSet();
        if (readSet.everything()) {
            everything.add(registration.analysis, evaluation);
            return;
        }
        registration.indexed = indexed(evaluation);
        Set<TableRoutes> others = new LinkedHashSet<>();
        readSet.tables().forEach(table -> others.add(routes(table)));
        for (Indexed table : registration.indexed) {
            table.routes().add(table.entry(), evaluation);
            others.remove(table.routes());
        }
        registration.whole = List.copyOf(others);
        registration.whole.forEach(table -> table.add(registration.analysis, evaluation));
        eachHeld(evaluation, (source, key, holds) -> registration.held(source, key, true));
    }

    private void remove(Registration registration) {
        Evaluation evaluation = registration.evaluation;
        eachHeld(evaluation, (source, key, holds) -> registration.held(source, key, false));
        registration.indexed.forEach(table -> table.routes().remove(table.entry(), evaluation));
        registration.indexed = List.of();
        registration.whole.forEach(table -> table.remove(registration.analysis, evaluation));
        registration.whole = List.of();
        everything.remove(registration.analysis, evaluation);
    }

    private static void eachHeld(Evaluation evaluation, Holding holding) {
        KeptResult result = evaluation.result();
        if (result != null) {
            result.eachHeld(holding);
        }
    }

    private List<Indexed> indexed(Evaluation evaluation) {
        List<Indexed> tables = new ArrayList<>();
        KeyedPlan plan = evaluation.plan().rowsFollowed();
        if (plan != null) {
            plan.equalities().forEach((source, equalities) -> {
                Source table = plan.sources().get(source);
                EqualityIndex.keys(equalities, evaluation.parameters())
                        .ifPresent(keys -> tables.add(new Indexed(
                                routes(table.tableName()),
                                source,
                                new TableRoutes.Entry(
                                        table,
                                        Signature.of(equalities),
                                        keys,
                                        plan.conditions().getOrDefault(source, Set.of())))));
            });
        }
        return List.copyOf(tables);
    }

    private TableRoutes routes(String table) {
        return tables.computeIfAbsent(table, name -> new TableRoutes());
    }
}
