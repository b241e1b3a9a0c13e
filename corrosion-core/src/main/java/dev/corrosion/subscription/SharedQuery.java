package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.query.Cause;
import dev.corrosion.query.ChangedRows;
import dev.corrosion.query.Evaluation;
import dev.corrosion.query.ReadSet;
import dev.corrosion.query.ResultChange;
import dev.corrosion.query.ResultRow;
import dev.corrosion.store.Database;
import dev.corrosion.subscription.JournalTables.Stored;
import dev.corrosion.subscription.Subscriber.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A query with its parameters, its result and all who have subscribed to it: however many they are, it is evaluated once.
 * Its result and its log change on its lane only; subscribers come and go on any thread.
 */
final class SharedQuery {

    private final QueryIdentity identity;
    private final Statement statement;
    private final Evaluation evaluation;
    private final ReadSet readSet;
    private final Delivery delivery;
    private final KeptChanges kept;
    private final SubscriptionMeter meter;
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    /** Of a durable query another until it is {@link #start started}, if it was known before. */
    private volatile State state;

    private @Nullable Stored stored;
    private long lastChangeId;

    /** For the status; written on the lane. */
    private volatile Cost cost = new Cost(0, 0, 0);

    private record Cost(int rows, long runs, long nanos) {

        Cost ran(int rows, long took) {
            return new Cost(rows, runs + 1, nanos + took);
        }
    }

    /** Since when nobody subscribes; guarded by this, as is what follows. */
    private long idleSince;

    private boolean closed;
    private @Nullable Throwable failure;
    private boolean wantedAnew;
    private int members;

    /**
     * Not started yet.
     *
     * @param id if none is known from before
     * @param delivery how its subscribers are told
     * @param meter is told what it costs
     */
    SharedQuery(
            UUID id,
            QueryIdentity identity,
            Statement statement,
            Evaluation evaluation,
            Delivery delivery,
            KeptChanges kept,
            SubscriptionMeter meter,
            long now) {
        this.identity = identity;
        this.statement = statement;
        this.evaluation = evaluation;
        this.readSet = evaluation.analysis().readSet();
        this.delivery = delivery;
        this.kept = kept;
        this.meter = meter;
        this.state = stateOf(id, new ChangeLog(kept, 0));
        this.idleSince = now;
    }

    private State stateOf(UUID id, ChangeLog log) {
        return new State(id, evaluation.analysis().columns(), evaluation::rows, log);
    }

    UUID id() {
        return state.id();
    }

    QueryIdentity identity() {
        return identity;
    }

    Statement statement() {
        return statement;
    }

    /** What it read when it was made; the schema of a running node stays as it is. */
    ReadSet readSet() {
        return readSet;
    }

    Evaluation evaluation() {
        return evaluation;
    }

    /**
     * Counts somebody who is about to join; false if the query is closed, and a new one is needed.
     *
     * @param anew whether it is not to go on where it was before
     */
    synchronized boolean enter(boolean anew) {
        if (closed) {
            return false;
        }
        members++;
        wantedAnew |= anew;
        return true;
    }

    synchronized void leave(Subscriber subscriber, long now) {
        subscribers.remove(subscriber);
        members--;
        idleSince = now;
    }

    /** Closes it if nobody has subscribed since then; whether it is closed, and nobody is left. */
    synchronized boolean closeIfIdleSince(long then) {
        if (members == 0 && idleSince - then <= 0) {
            closed = true;
        }
        return closed && members == 0;
    }

    synchronized long idleSince() {
        return idleSince;
    }

    synchronized boolean isIdle() {
        return members == 0;
    }

    /** On the lane. */
    void join(Subscriber subscriber, Map<ActorId, Long> versions) {
        Throwable reason = failure();
        if (reason != null) {
            subscriber.failed(reason);
        } else if (subscriber.isLive()) {
            admit(subscriber, state, versions);
        } else {
            // the rows as they are now, and the log as it will be when it has come as far
            List<ResultRow> rows = subscriber.isFresh() ? evaluation.rows() : List.of();
            State now = new State(state.id(), state.columns(), () -> rows, state.log());
            delivery.then(() -> admit(subscriber, now, versions), subscriber::failed);
        }
    }

    private synchronized @Nullable Throwable failure() {
        return failure;
    }

    private void admit(Subscriber subscriber, State now, Map<ActorId, Long> versions) {
        Throwable reason;
        synchronized (this) {
            reason = failure;
            if (reason == null && !subscriber.isGone()) {
                subscribers.add(subscriber);
            }
        }
        if (reason == null) {
            subscriber.joined(now, versions);
        } else {
            subscriber.failed(reason);
        }
    }

    /**
     * Finds out whether the query is known from before. Comes first.
     *
     * @param ready is to {@link #start} it; on any thread
     * @param onFailure hears if it cannot be told of any more, now or later
     */
    void open(Runnable ready, Consumer<Throwable> onFailure) {
        delivery.open(
                known -> {
                    stored = known;
                    ready.run();
                },
                onFailure);
    }

    /**
     * Runs the query for the first time. On the lane.
     *
     * @throws SubscriptionLostException if all that want it want to go on where it was before, and nothing is known of that
     */
    void start(Database database, LongSupplier clock) {
        long begun = clock.getAsLong();
        Stored known = stored;
        stored = null;
        if (known == null) {
            requireWantedAnew();
            List<ResultRow> rows = database.read(evaluation::start);
            ran(rows.size(), clock.getAsLong() - begun);
            delivery.begin(state.id(), rows);
        } else {
            state.log().end();
            state = stateOf(known.id(), ChangeLog.restored(kept, known, begun));
            lastChangeId = known.changeId();
            List<ResultChange> missed =
                    database.read(snapshot -> evaluation.resume(snapshot, known.rows(), known.rowId()));
            long ended = clock.getAsLong();
            stepped(missed, ended, ended - begun);
        }
    }

    private synchronized void requireWantedAnew() {
        if (identity.durable() && !wantedAnew) {
            closed = true;
            throw new SubscriptionLostException("nothing is known of an earlier durable subscription to this query:"
                    + " subscribe anew, without a place to go on from");
        }
    }

    /** Brings the result up to date with what is in the database now. On the lane. */
    void update(Database database, ChangedRows changed, LongSupplier clock) {
        database.read(snapshot -> {
            update(snapshot, changed, clock);
            return changed;
        });
    }

    /**
     * Brings the result up to date. On the lane.
     *
     * @param changed all that has changed since the last time
     */
    void update(Connection snapshot, ChangedRows changed, LongSupplier clock) throws SQLException {
        long begun = clock.getAsLong();
        List<ResultChange> changes = evaluation.update(snapshot, changed);
        long ended = clock.getAsLong();
        stepped(changes, ended, ended - begun);
    }

    private void ran(int rows, long took) {
        cost = cost.ran(rows, took);
        meter.evaluated(took);
    }

    private void stepped(List<ResultChange> changes, long now, long took) {
        ran(evaluation.size(), took);
        State current = state;
        // Without a change, too: the order may be another one, by something that is no column of the result.
        subscribers.stream().filter(Subscriber::isLive).forEach(live -> live.stepped(current));
        if (changes.isEmpty()) {
            return;
        }
        List<RowChange> numbered = new ArrayList<>(changes.size());
        for (int i = 0; i < changes.size(); i++) {
            numbered.add(change(changes.get(i), i == changes.size() - 1));
        }
        List<RowChange> step = List.copyOf(numbered);
        delivery.tell(step, current.log(), () -> {
            current.log().add(step, now);
            others(current);
        });
    }

    private void others(State current) {
        for (Subscriber subscriber : subscribers) {
            if (!subscriber.isLive()) {
                subscriber.stepped(current);
            }
        }
    }

    private RowChange change(ResultChange change, boolean last) {
        Cause cause = change.cause();
        @Nullable ActorId actor = cause == null ? null : cause.actor();
        return new RowChange(
                change.type(),
                change.id(),
                change.row(),
                change.old(),
                ++lastChangeId,
                actor,
                cause == null ? 0 : cause.version(),
                last);
    }

    /** Drops what has become too old. On the lane. */
    void forgetOld(long now) {
        State current = state;
        delivery.then(
                () -> {
                    if (current.log().drop(now)) {
                        others(current);
                    }
                },
                reason -> {});
    }

    /** Nobody needs it any more. On the lane. */
    void end() {
        state.log().end();
        delivery.end();
    }

    /** It ends for all. On the lane. */
    void fail(Throwable reason) {
        List<Subscriber> all;
        synchronized (this) {
            closed = true;
            failure = reason;
            all = List.copyOf(subscribers);
            subscribers.clear();
        }
        all.forEach(subscriber -> subscriber.failed(reason));
    }

    NodeStatus.Subscription status() {
        Cost known = cost;
        return new NodeStatus.Subscription(
                statement.sql(),
                List.copyOf(readSet.tables()),
                known.rows(),
                state.log().lastId(),
                evaluation.tier(),
                subscribers.size(),
                known.runs(),
                Duration.ofNanos(known.nanos()));
    }
}
