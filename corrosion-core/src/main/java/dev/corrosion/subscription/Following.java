package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.query.ChangedRows;
import dev.corrosion.query.Evaluation;
import dev.corrosion.query.QueryRouter;
import dev.corrosion.query.ReadSet;
import dev.corrosion.query.Routed;
import dev.corrosion.store.DatabaseClosedException;
import dev.corrosion.store.PreparedStatements;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps queries up to date: reads what commits have changed, brings those up to date that can follow the changed rows, and
 * tells the others that they must run again ({@link Rerunning}). One step follows the other; each has one snapshot of the
 * database, with all commits up to it and none after it.
 */
final class Following {

    private static final Logger log = LoggerFactory.getLogger(Following.class);

    /** More changed rows than these are not remembered one by one for a query that runs for the first time. */
    private static final int MAX_REMEMBERED = 10_000;

    /** How long to rest when nobody was concerned. */
    private static final Duration REST = Duration.ofMillis(1);

    /** When to try again what could not be read. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Engine engine;
    private final QueryRouter router;
    private final ChangeFeed feed;
    private final Supplier<Map<ActorId, Long>> applied;
    private final Lane lane;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** What is to be done in the next step; guarded by itself. */
    private final List<Arrival> arrivals = new ArrayList<>();

    /** On the lane, as is all that follows: the queries that are followed here, by their evaluations. */
    private final Map<Evaluation, SharedQuery> followed = new LinkedHashMap<>();

    private final Map<SharedQuery, Rerunning> rerun = new LinkedHashMap<>();

    /** Those that run for the first time. */
    private final Map<SharedQuery, Starting> starting = new LinkedHashMap<>();

    private final Readers readers = new Readers();
    private final TableUpdates updates;

    /** Something to do in a step, with its snapshot. */
    private interface Arrival {
        void handle(Step step) throws SQLException;
    }

    /** What has happened to a query while it runs for the first time. */
    private static final class Starting {
        private ChangedRows changed = ChangedRows.NONE;
        private final List<Subscriber> subscribers = new ArrayList<>(1);

        void remember(ChangedRows changes) {
            ChangedRows all = changed.then(changes);
            changed = all.size() > MAX_REMEMBERED ? all.whole() : all;
        }
    }

    private static final class Step {
        private ChangeFeed.@Nullable Batch batch;
        private final Queue<Arrival> arrived = new ArrayDeque<>();
        private Map<ActorId, Long> versions = Map.of();
        private boolean concerned;
        private @Nullable Connection snapshot;

        Connection snapshot() {
            return Objects.requireNonNull(snapshot);
        }
    }

    /** @param applied by actor, the version up to which everything is here */
    Following(Engine engine, ChangeFeed feed, TableUpdates updates, Supplier<Map<ActorId, Long>> applied) {
        this.engine = engine;
        this.router = new QueryRouter(engine.queries());
        this.feed = feed;
        this.updates = updates;
        this.applied = applied;
        this.lane = new Lane(engine.quick());
    }

    /** Something was committed. Any thread; does not block. */
    void changed() {
        if (scheduled.compareAndSet(false, true)) {
            lane.execute(this::run);
        }
    }

    private void arrive(Arrival arrival) {
        synchronized (arrivals) {
            arrivals.add(arrival);
        }
        changed();
    }

    /** From now on this query is kept up to date. Any thread. */
    void begin(SharedQuery query) {
        arrive(step -> {
            starting.put(query, new Starting());
            readers.add(query.readSet());
            query.open(() -> engine.runSlow(() -> start(query)), reason -> failed(query, reason));
        });
    }

    /** Somebody joins. Any thread. */
    void join(SharedQuery query, Subscriber subscriber) {
        arrive(step -> {
            Starting begun = starting.get(query);
            Rerunning slow = rerun.get(query);
            if (begun != null) {
                begun.subscribers.add(subscriber);
            } else if (slow != null) {
                slow.join(subscriber, step.versions);
            } else {
                query.join(subscriber, step.versions);
            }
        });
    }

    /** A live subscriber wants what it was not given while it was busy. Any thread. */
    void refresh(SharedQuery query, LiveSubscriber subscriber) {
        lane.execute(() -> {
            Rerunning slow = rerun.get(query);
            if (slow != null) {
                slow.refresh(subscriber);
            } else if (!starting.containsKey(query)) {
                subscriber.wanted();
            }
        });
    }

    /** Old changes of all queries are dropped. Any thread. */
    void forgetOld() {
        lane.execute(() -> {
            long now = engine.clock().getAsLong();
            followed.values().forEach(query -> query.forgetOld(now));
            rerun.values().forEach(Rerunning::forgetOld);
        });
    }

    /** Nobody needs it any more. Any thread. */
    void end(SharedQuery query) {
        lane.execute(() -> forget(query));
    }

    private void forget(SharedQuery query) {
        boolean known = starting.remove(query) != null;
        if (followed.remove(query.evaluation()) != null) {
            router.unregister(query.evaluation());
            known = true;
        }
        Rerunning slow = rerun.remove(query);
        if (slow != null) {
            slow.stop();
            known = true;
        }
        if (known) {
            readers.remove(query.readSet());
            query.end();
        }
    }

    private static ReadSet readSet(SharedQuery query) {
        return query.evaluation().analysis().readSet();
    }

    /** On a slow thread. */
    private void start(SharedQuery query) {
        try {
            query.start(engine.database(), engine.clock());
            arrive(step -> started(query, step));
        } catch (RuntimeException e) {
            failed(query, e);
        }
    }

    /** It cannot go on. Any thread. */
    private void failed(SharedQuery query, Throwable reason) {
        arrive(step -> fail(query, reason));
    }

    private void started(SharedQuery query, Step step) throws SQLException {
        Starting begun = starting.remove(query);
        if (begun == null) {
            return; // nobody needs it any more
        }
        if (query.evaluation().tier() == Rerunning.TIER) {
            Rerunning slow = new Rerunning(query, engine, reason -> failed(query, reason));
            rerun.put(query, slow);
            if (!begun.changed.isEmpty()) {
                slow.touched(begun.changed);
            }
            begun.subscribers.forEach(subscriber -> slow.join(subscriber, step.versions));
            return;
        }
        followed.put(query.evaluation(), query);
        if (update(query, step.snapshot(), begun.changed)) {
            router.register(query.evaluation());
        }
        begun.subscribers.forEach(subscriber -> query.join(subscriber, step.versions));
    }

    private boolean update(SharedQuery query, Connection snapshot, ChangedRows changed) {
        try {
            if (!changed.isEmpty()) {
                query.update(snapshot, changed, engine.clock());
            }
            return true;
        } catch (SQLException | RuntimeException e) {
            fail(query, e);
            return false;
        }
    }

    private void fail(SharedQuery query, Throwable reason) {
        log.debug("a subscription ends: {}", query.statement().sql(), reason);
        Starting begun = starting.get(query);
        forget(query);
        query.fail(reason);
        if (begun != null) {
            begun.subscribers.forEach(subscriber -> subscriber.failed(reason));
        }
    }

    /**
     * A step, and the end of the task. While much is written that nobody subscribes to, the task rests for a moment
     * before it ends: the writer need not wake it then for the next commit, and several commits share a step. While the
     * disk does not keep up with what durable queries tell, there is no step, so the next one has more.
     */
    private void run() {
        if (engine.journals().isFull(() -> lane.execute(this::run))) {
            return;
        }
        boolean concerned = !concernsNobody() && step();
        if (!concerned) {
            engine.pause().accept(REST);
        }
        scheduled.set(false);
        if (isBehind()) {
            changed();
        }
    }

    /**
     * Whether nobody is concerned by what was committed, as far as that can be told without reading; then it is done with.
     * Most writes are about nobody, and a snapshot costs far more than this.
     */
    private boolean concernsNobody() {
        synchronized (arrivals) {
            if (!arrivals.isEmpty()) {
                return false;
            }
        }
        ChangeFeed.Batch batch = feed.take();
        if (!isConcerned(batch)) {
            return true;
        }
        feed.putBack(batch);
        return false;
    }

    private boolean isConcerned(ChangeFeed.Batch batch) {
        WrittenRows written = starting.isEmpty() ? batch.rows() : null;
        if (written == null || batch.tables().stream().anyMatch(this::isToldOfUpdates)) {
            return true;
        }
        ChangedRows changed = written.changed();
        return rerun.keySet().stream().anyMatch(query -> readSet(query).touchedBy(changed))
                || router.mayConcern(written.rows(), changed);
    }

    private boolean isToldOfUpdates(String table) {
        return updates.wants(table.toLowerCase(Locale.ROOT));
    }

    private boolean isBehind() {
        synchronized (arrivals) {
            return !arrivals.isEmpty() || !feed.isEmpty();
        }
    }

    /** Whether somebody was concerned. */
    private boolean step() {
        Step step = new Step();
        try {
            engine.database().readBetweenCommits(() -> take(step), snapshot -> {
                step.snapshot = snapshot;
                follow(step);
                return step;
            });
        } catch (DatabaseClosedException e) {
            log.debug("the database is closed; no query is followed any more");
        } catch (RuntimeException e) {
            log.warn(
                    "the queries that are subscribed to could not be brought up to date, it will be tried again: {}",
                    e.toString());
            putBack(step);
            engine.timer().accept(PAUSE, this::changed);
        }
        return step.concerned;
    }

    /** Between two commits. */
    private void take(Step step) {
        step.batch = feed.take();
        synchronized (arrivals) {
            step.arrived.addAll(arrivals);
            step.concerned = !arrivals.isEmpty();
            arrivals.clear();
        }
        if (!step.arrived.isEmpty()) {
            step.versions = applied.get();
        }
    }

    /** What was taken is in no result yet, or perhaps in some: any row may have changed. */
    private void putBack(Step step) {
        ChangeFeed.Batch batch = step.batch;
        if (batch != null) {
            feed.committed(Commit.whole(batch.tables()));
        }
        synchronized (arrivals) {
            arrivals.addAll(0, step.arrived);
        }
    }

    private void follow(Step step) throws SQLException {
        ChangeFeed.Batch batch = Objects.requireNonNull(step.batch);
        PreparedStatements statements = engine.queries().statements(step.snapshot());
        TableUpdates.Collected written = updates.collect();
        ChangedRows changed = batch.read(statements, readers, written);
        step.concerned |= written.tell(statements);
        if (!changed.isEmpty()) {
            for (Routed routed : router.route(step.snapshot(), changed)) {
                SharedQuery query = followed.get(routed.evaluation());
                step.concerned = true;
                if (query != null) {
                    update(query, step.snapshot(), routed.changed());
                }
            }
            rerun.forEach((query, slow) -> {
                if (readSet(query).touchedBy(changed)) {
                    step.concerned = true;
                    slow.touched(changed);
                }
            });
            starting.forEach((query, begun) -> {
                if (readSet(query).touchedBy(changed)) {
                    begun.remember(changed);
                }
            });
        }
        if (!changed.isEmpty() && step.concerned && !batch.isEmpty()) {
            engine.meter().followed(engine.clock().getAsLong() - batch.since());
        }
        for (Arrival next = step.arrived.poll(); next != null; next = step.arrived.poll()) {
            next.handle(step);
        }
    }
}
