package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.query.ChangedRows;
import dev.corrosion.store.DatabaseClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keeps a query up to date that must run again whenever something that it reads has changed. What changes while it runs, or
 * while it rests, is found by the next run. It rests for as long as it ran, so that it takes no more than half of a
 * thread's time.
 */
final class Rerunning {

    /** The tier of the queries that are kept up to date like this. */
    static final int TIER = 4;

    /** Shorter runs are not worth a rest. */
    private static final long SHORT_NANOS = 1_000_000;

    /** Subscribers that wait for a run, as they came. */
    private record Joining(Subscriber subscriber, Map<ActorId, Long> versions) {}

    private final SharedQuery query;
    private final Engine engine;
    private final Consumer<Throwable> onFailure;
    private final Lane lane;

    /** Guarded by this, as is {@link #stopped}. */
    private ChangedRows changed = ChangedRows.NONE;

    private boolean stopped;

    /** On the lane, as is all that follows. */
    private final List<Joining> joining = new ArrayList<>();

    private long restUntil;
    private boolean timed;

    /** @param onFailure hears if it cannot go on */
    Rerunning(SharedQuery query, Engine engine, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        this.query = query;
        this.engine = engine;
        this.lane = new Lane(engine.slow());
        this.restUntil = engine.clock().getAsLong();
    }

    /** Something that it reads has changed. Any thread. */
    void touched(ChangedRows changes) {
        synchronized (this) {
            if (stopped) {
                return;
            }
            changed = changed.then(changes.whole());
        }
        lane.execute(this::run);
    }

    /** @param versions what is in the snapshot up to which {@link #touched} was told of everything */
    void join(Subscriber subscriber, Map<ActorId, Long> versions) {
        lane.execute(() -> {
            joining.add(new Joining(subscriber, versions));
            admit();
        });
    }

    void refresh(LiveSubscriber subscriber) {
        lane.execute(subscriber::wanted);
    }

    void forgetOld() {
        lane.execute(() -> query.forgetOld(engine.clock().getAsLong()));
    }

    void stop() {
        synchronized (this) {
            stopped = true;
            changed = ChangedRows.NONE;
        }
    }

    /** Those that wait join, unless a run is due that they must wait for. */
    private void admit() {
        if (isUpToDate()) {
            joining.forEach(one -> query.join(one.subscriber(), one.versions()));
            joining.clear();
        }
    }

    private synchronized boolean isUpToDate() {
        return changed.isEmpty();
    }

    private synchronized ChangedRows take() {
        ChangedRows taken = changed;
        changed = ChangedRows.NONE;
        return taken;
    }

    private void run() {
        long begun = engine.clock().getAsLong();
        if (isUpToDate() || engine.journals().isFull(() -> lane.execute(this::run))) {
            return;
        }
        if (begun - restUntil < 0) {
            runLater(Duration.ofNanos(restUntil - begun));
            return;
        }
        ChangedRows taken = take();
        try {
            query.update(engine.database(), taken, engine.clock());
        } catch (DatabaseClosedException e) {
            return; // all subscribers are told that the node closes
        } catch (RuntimeException e) {
            query.fail(e);
            stop();
            onFailure.accept(e);
        }
        long ended = engine.clock().getAsLong();
        restUntil = ended - begun < SHORT_NANOS ? ended : ended + (ended - begun);
        admit();
    }

    private void runLater(Duration delay) {
        if (!timed) {
            timed = true;
            engine.timer()
                    .accept(
                            delay,
                            () -> lane.execute(() -> {
                                timed = false;
                                run();
                            }));
        }
    }
}
