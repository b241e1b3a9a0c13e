package dev.corrosion.query;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kept result of one query with its parameters. Each call gets a snapshot, a read transaction; what it returns is the
 * difference between the state of that snapshot and that of the call before. A call that fails changes nothing: it may be
 * repeated, with the changes since added.
 *
 * <p>For one thread at a time.
 */
public final class Evaluation {

    /** Hears what matters for routing changes to an evaluation. */
    interface Listener {
        /** A row became part of what is kept, or is no more; see {@link Holding}. */
        void held(int source, Object key, boolean holds);

        /** The query is followed in another way than before. */
        void planned();
    }

    private final QueryEngine engine;
    private final Statement query;
    private final QueryRun run;
    private final RowIds ids = new RowIds();
    private QueryAnalysis analysis;
    private Plan plan;
    private @Nullable KeptResult result;
    private @Nullable Listener listener;

    Evaluation(QueryEngine engine, Statement query, QueryAnalysis analysis, QueryRun run) {
        this.engine = engine;
        this.query = query;
        this.analysis = analysis;
        this.plan = analysis.plan();
        this.run = run;
    }

    public QueryAnalysis analysis() {
        return analysis;
    }

    /** How the query is followed now: as the analysis says, or by running it again where the data left no other way. */
    public int tier() {
        return plan.tier();
    }

    /** In one sentence, what makes the tier that it is. */
    public String reason() {
        return plan.reason();
    }

    /**
     * Runs the query, once.
     *
     * @return the rows, in the order that it asks for, else in any
     * @throws CorrosionException if the result has too many rows
     */
    public List<ResultRow> start(Connection snapshot) throws SQLException {
        analyzeFirst(snapshot);
        follow(snapshot, null);
        return rows();
    }

    /**
     * The same with what was told of the result before, by another evaluation of the same query.
     *
     * @param told the rows as they were told last
     * @param lastId the highest id that a row has had
     * @return what has become of them since: deletes, then updates, then inserts, of unknown cause. A row is known again by
     *     its values, or by the keys of its tables if the result has them
     * @throws CorrosionException if the result has too many rows
     */
    public List<ResultChange> resume(Connection snapshot, List<ResultRow> told, long lastId) throws SQLException {
        analyzeFirst(snapshot);
        ids.restore(lastId);
        RerunResult now = new RerunResult(analysis.rerun(), analysis.readSet(), run, ids);
        now.restore(told);
        List<ResultChange> changes = new ArrayList<>(now.reset(snapshot, null));
        result = now;
        if (!(plan instanceof RerunPlan)) {
            changes.addAll(follow(snapshot, null)); // the same rows, kept in another way
        }
        return changes;
    }

    private void analyzeFirst(Connection snapshot) throws SQLException {
        if (result != null) {
            throw new IllegalStateException("started already");
        }
        if (engine.schemaVersion(snapshot) != analysis.schemaVersion()) {
            analysis = engine.analyze(snapshot, query);
            plan = analysis.plan();
            planned();
        }
    }

    /**
     * What has become of the result.
     *
     * @param changed all rows that have changed since the last call
     * @return deletes, then updates, then inserts
     * @throws CorrosionException if the result has too many rows, or other columns since the schema changed
     */
    public List<ResultChange> update(Connection snapshot, ChangedRows changed) throws SQLException {
        KeptResult kept = started();
        if (engine.schemaVersion(snapshot) != analysis.schemaVersion()) {
            return analyzeAgain(snapshot, changed);
        }
        if (!analysis.readSet().touchedBy(changed)) {
            return List.of();
        }
        try {
            return kept.update(snapshot, changed);
        } catch (CannotFollow e) {
            if (plan instanceof RerunPlan) {
                throw e;
            }
            return rerun(snapshot, analysis.readSet().lastCause(changed), e);
        }
    }

    /** The rows, in the order that the query asks for, else in any. */
    public List<ResultRow> rows() {
        return started().rows();
    }

    /** How many rows there are. */
    public int size() {
        return result == null ? 0 : result.size();
    }

    @Nullable KeptResult result() {
        return result;
    }

    Plan plan() {
        return plan;
    }

    /** The parameters of the query, as SQLite has them. */
    public List<@Nullable Object> parameters() {
        return run.parameters();
    }

    void listen(@Nullable Listener listener) {
        this.listener = listener;
    }

    private KeptResult started() {
        KeptResult kept = result;
        if (kept == null) {
            throw new IllegalStateException("not started");
        }
        return kept;
    }

    private List<ResultChange> analyzeAgain(Connection snapshot, ChangedRows changed) throws SQLException {
        QueryAnalysis again = engine.analyze(snapshot, query);
        if (!again.columns().equals(analysis.columns())) {
            throw new CorrosionException(
                    "the schema has changed, and with it the columns of the query: subscribe again");
        }
        QueryAnalysis before = analysis;
        Plan planBefore = plan;
        analysis = again;
        plan = again.plan();
        try {
            List<ResultChange> changes = follow(snapshot, again.readSet().lastCause(changed));
            planned();
            return changes;
        } catch (SQLException | RuntimeException e) {
            analysis = before;
            plan = planBefore;
            throw e;
        }
    }

    /** Follows the query by the plan, whatever was kept before. */
    private List<ResultChange> follow(Connection snapshot, @Nullable Cause cause) throws SQLException {
        try {
            return replace(snapshot, kept(plan), cause);
        } catch (CannotFollow e) {
            if (plan instanceof RerunPlan) {
                throw e;
            }
            return rerun(snapshot, cause, e);
        }
    }

    private List<ResultChange> rerun(Connection snapshot, @Nullable Cause cause, CannotFollow why) throws SQLException {
        RerunPlan rerun = analysis.rerun().because(String.valueOf(why.getMessage()));
        List<ResultChange> changes = replace(snapshot, kept(rerun), cause);
        plan = rerun;
        planned();
        return changes;
    }

    private KeptResult kept(Plan by) {
        if (by instanceof KeyedPlan keyed) {
            return new KeyedResult(keyed, analysis.columns(), run, ids, this::held);
        }
        if (by instanceof GroupPlan grouped) {
            return new GroupedResult(grouped, analysis.columns(), run, ids, this::held);
        }
        return new RerunResult((RerunPlan) by, analysis.readSet(), run, ids);
    }

    private List<ResultChange> replace(Connection snapshot, KeptResult next, @Nullable Cause cause)
            throws SQLException {
        if (result != null) {
            ids.reuse(result.rows());
        }
        try {
            List<ResultChange> all = next.reset(snapshot, cause);
            List<ResultChange> changes = new ArrayList<>();
            ids.unused().forEach(gone -> changes.add(ResultChange.delete(gone.id(), gone.row(), cause)));
            all.stream()
                    .filter(change -> change.type() != SubscriptionEvent.Type.INSERT || !ids.isReused(change.id()))
                    .forEach(changes::add);
            result = next;
            return changes;
        } finally {
            ids.forget();
        }
    }

    private void planned() {
        Listener listener = this.listener;
        if (listener != null) {
            listener.planned();
        }
    }

    private void held(int source, Object key, boolean holds) {
        Listener listener = this.listener;
        if (listener != null) {
            listener.held(source, key, holds);
        }
    }
}
