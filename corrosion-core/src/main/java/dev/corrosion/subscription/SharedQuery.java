package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.query.Cause;
import dev.corrosion.query.ChangedRows;
import dev.corrosion.query.Evaluation;
import dev.corrosion.query.ReadSet;
import dev.corrosion.query.ResultChange;
import dev.corrosion.store.Database;
import dev.corrosion.subscription.Subscriber.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A query with its parameters, its result and all who have subscribed to it: however many they are, it is evaluated once.
 * Its result and its log change on its lane only; subscribers come and go on any thread.
 */
final class SharedQuery {

    private final UUID id;
    private final Statement statement;
    private final Evaluation evaluation;
    private final ReadSet readSet;
    private final ChangeLog log;
    private final State state;
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    private long lastChangeId;
    private @Nullable Throwable failure;

    /** For the status; written on the lane. */
    private volatile Cost cost = new Cost(0, 0, 0);

    private record Cost(int rows, long runs, long nanos) {

        Cost ran(int rows, long took) {
            return new Cost(rows, runs + 1, nanos + took);
        }
    }

    /** Since when nobody subscribes; guarded by this. */
    private long idleSince;

    private boolean closed;
    private int members;

    SharedQuery(UUID id, Statement statement, Evaluation evaluation, Retention retention, long now) {
        this.id = id;
        this.statement = statement;
        this.evaluation = evaluation;
        this.readSet = evaluation.analysis().readSet();
        this.log = new ChangeLog(retention, 0);
        this.state = new State(id, evaluation.analysis().columns(), evaluation::rows, log);
        this.idleSince = now;
    }

    UUID id() {
        return id;
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

    /** Counts somebody who is about to join; false if the query is closed, and a new one is needed. */
    synchronized boolean enter() {
        if (closed) {
            return false;
        }
        members++;
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
        if (failure != null) {
            subscriber.failed(failure);
        } else if (!subscriber.isGone()) {
            subscribers.add(subscriber);
            subscriber.joined(state, versions);
        }
    }

    /** Runs the query for the first time. On the lane. */
    void start(Database database, LongSupplier clock) {
        long begun = clock.getAsLong();
        int rows = database.read(evaluation::start).size();
        cost = cost.ran(rows, clock.getAsLong() - begun);
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

    private void stepped(List<ResultChange> changes, long now, long took) {
        cost = cost.ran(evaluation.size(), took);
        if (!changes.isEmpty()) {
            List<RowChange> numbered = new ArrayList<>(changes.size());
            for (int i = 0; i < changes.size(); i++) {
                numbered.add(change(changes.get(i), i == changes.size() - 1));
            }
            log.add(List.copyOf(numbered), now);
        }
        // Without a change, too: the order may be another one, by something that is no column of the result.
        subscribers.forEach(subscriber -> subscriber.stepped(state));
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
        if (log.drop(now)) {
            subscribers.forEach(subscriber -> subscriber.stepped(state));
        }
    }

    /** It ends for all. On the lane. */
    void fail(Throwable reason) {
        synchronized (this) {
            closed = true;
        }
        failure = reason;
        subscribers.forEach(subscriber -> subscriber.failed(reason));
    }

    /** The node closes. */
    void complete() {
        synchronized (this) {
            closed = true;
        }
        subscribers.forEach(Subscriber::completed);
    }

    NodeStatus.Subscription status() {
        Cost known = cost;
        return new NodeStatus.Subscription(
                statement.sql(),
                List.copyOf(readSet.tables()),
                known.rows(),
                log.lastId(),
                evaluation.tier(),
                subscribers.size(),
                known.runs(),
                Duration.ofNanos(known.nanos()));
    }
}
