package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionLagException;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.SubscriptionOptions.OnLag;
import dev.corrosion.query.ResultRow;
import dev.corrosion.subscription.ChangeLog.Step;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * Gets the rows and then each change. It walks along the query's log when it wants more, so what waits for it is the log's.
 * When that drops what it has not seen, it fails, or what is left of the log becomes one step of its own.
 */
final class EventSubscriber implements Subscriber {

    /** What to do when it cannot go on where it was. */
    static final String ANEW = "subscribe anew, without a place to go on from";

    private final FluxSink<SubscriptionEvent> sink;
    private final SubscriptionOptions options;
    private final AtomicInteger work = new AtomicInteger();

    /** Guarded by this, as is all that follows. Where it is in the log; null until it has joined. */
    private @Nullable Step position;

    private @Nullable State state;
    private Iterator<? extends SubscriptionEvent> current = Collections.emptyIterator();
    private @Nullable Coalesced coalesced;
    private int stage;
    private @Nullable Iterator<ResultRow> snapshot;
    private Map<ActorId, Long> snapshotVersions = Map.of();
    private long snapshotEnd;
    private @Nullable Throwable failure;
    private boolean complete;

    /** The stages of what comes first. */
    private static final int COLUMNS = 0;

    private static final int ROWS = 1;
    private static final int CHANGES = 2;

    EventSubscriber(FluxSink<SubscriptionEvent> sink, SubscriptionOptions options) {
        this.sink = sink;
        this.options = options;
    }

    @Override
    public void joined(State state, Map<ActorId, Long> versions) {
        SubscriptionOptions.Position from = options.from();
        synchronized (this) {
            this.state = state;
            if (from == null) {
                position = state.log().latest();
                snapshot = state.rows().get().iterator();
                snapshotVersions = versions;
                snapshotEnd = position.lastId();
            } else {
                position = from.subscription().equals(state.id()) ? state.log().after(from.changeId()) : null;
                if (position == null) {
                    failure = lost(from, state);
                }
            }
        }
        wake();
    }

    private static SubscriptionLostException lost(SubscriptionOptions.Position from, State state) {
        return new SubscriptionLostException(
                from.subscription().equals(state.id())
                        ? "change " + from.changeId() + " of subscription " + from.subscription()
                                + " is not known any more, or not yet; those after "
                                + state.log().oldest() + " up to "
                                + state.log().lastId() + " are kept: " + ANEW
                        : "subscription " + from.subscription() + " to this query is not known any more: " + ANEW);
    }

    @Override
    public void stepped(State state) {
        synchronized (this) {
            Step at = position;
            if (coalesced != null || (at != null && at.isDropped())) {
                fellBehind(state);
            }
        }
        wake();
    }

    /** From here on the log's steps are not walked along but gathered, until they are wanted. */
    private void fellBehind(State state) {
        Step at = position;
        if (options.onLag() == OnLag.FAIL) {
            failure = new SubscriptionLagException("the subscriber has fallen behind: changes up to "
                    + state.log().oldest() + " are not kept any more, and it has seen those up to "
                    + (at == null ? 0 : at.lastId()) + ". Take them faster, subscribe anew, or have them coalesced");
            position = null;
            return;
        }
        Coalesced all = coalesced == null ? new Coalesced(at == null ? 0 : at.lastId()) : coalesced;
        while (at != null && at.next() != null) {
            at = at.next();
            all.add(at.changes());
        }
        coalesced = all;
        position = at;
    }

    @Override
    public void failed(Throwable reason) {
        synchronized (this) {
            failure = reason;
            position = null;
        }
        wake();
    }

    @Override
    public void completed() {
        synchronized (this) {
            complete = true;
        }
        wake();
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public boolean isFresh() {
        return options.from() == null;
    }

    @Override
    public boolean isGone() {
        return sink.isCancelled();
    }

    /** There may be something to deliver, or somebody who wants it. Any thread. */
    void wake() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        int seen;
        do {
            seen = work.get();
            deliver();
        } while (work.addAndGet(-seen) != 0);
    }

    private void deliver() {
        while (!sink.isCancelled()) {
            SubscriptionEvent event = null;
            Throwable failed;
            boolean ended;
            synchronized (this) {
                failed = failure;
                if (failed == null && sink.requestedFromDownstream() > 0) {
                    event = next();
                }
                ended = complete;
            }
            if (failed != null) {
                sink.error(failed);
                return;
            } else if (event != null) {
                sink.next(event);
            } else {
                if (ended) {
                    sink.complete();
                }
                return;
            }
        }
    }

    private @Nullable SubscriptionEvent next() {
        State known = state;
        if (known == null) {
            return null;
        }
        if (stage == COLUMNS) {
            stage = snapshot == null ? CHANGES : ROWS;
            return new Columns(known.id(), known.columns());
        }
        Iterator<ResultRow> rows = snapshot;
        Step at = position;
        if (stage == ROWS && rows != null && at != null) {
            if (rows.hasNext()) {
                ResultRow row = rows.next();
                return new RowSnapshot(row.id(), row.row());
            }
            snapshot = null;
            stage = CHANGES;
            return new EndOfQuery(snapshotEnd, snapshotVersions);
        }
        return nextChange();
    }

    private @Nullable SubscriptionEvent nextChange() {
        while (!current.hasNext()) {
            Coalesced gathered = coalesced;
            Step at = position;
            if (gathered != null) {
                coalesced = null;
                current = gathered.changes();
            } else if (at == null || at.next() == null) {
                return null;
            } else {
                Step next = at.next();
                position = next;
                current = next == null ? Collections.emptyIterator() : unseen(next.changes());
            }
        }
        return current.next();
    }

    /** It may go on in the middle of a step. */
    private Iterator<RowChange> unseen(List<RowChange> changes) {
        SubscriptionOptions.Position from = options.from();
        return from == null
                ? changes.iterator()
                : changes.stream()
                        .filter(change -> change.changeId() > from.changeId())
                        .iterator();
    }
}
