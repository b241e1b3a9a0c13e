package dev.corrosion.subscription;

import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.store.Database;
import dev.corrosion.store.Statements;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.FluxSink;

/**
 * One subscription. The query runs again when a table that it reads has changed and the subscriber has taken all it was
 * given and wants more; while the subscriber is busy, changes add up to one step. So what waits for a slow subscriber is
 * at most one step, and its next one starts from what it was told last.
 *
 * <p>{@link #changed} and demand may come from any thread; runs follow one another on the executor.
 */
final class LiveQuery<E> {

    private static final Logger log = LoggerFactory.getLogger(LiveQuery.class);

    /** Turns a result into what the subscriber gets; called in order, never concurrently. */
    interface Delivery<E> {
        void deliver(List<Row> rows, Consumer<E> subscriber);

        long lastChangeId();
    }

    private final QueryPlan plan;
    private final Database database;
    private final Executor executor;
    private final Delivery<E> delivery;
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicBoolean stale = new AtomicBoolean(true);
    private final AtomicLong waiting = new AtomicLong();
    private volatile @Nullable FluxSink<E> sink;
    private volatile int rows;
    private volatile long changeId;

    LiveQuery(QueryPlan plan, Database database, Executor executor, Delivery<E> delivery) {
        this.plan = plan;
        this.database = database;
        this.executor = executor;
        this.delivery = delivery;
    }

    /** Where to deliver; once. */
    void attach(FluxSink<E> sink) {
        this.sink = sink;
        sink.onRequest(n -> wake());
    }

    /** One event has reached the subscriber. */
    void delivered() {
        if (waiting.decrementAndGet() == 0) {
            wake();
        }
    }

    void changed(Set<String> tables) {
        if (plan.readSet().touchedBy(tables)) {
            stale.set(true);
            wake();
        }
    }

    void complete() {
        FluxSink<E> sink = this.sink;
        if (sink != null) {
            sink.complete();
        }
    }

    NodeStatus.Subscription status() {
        return new NodeStatus.Subscription(
                plan.statement().sql(), List.copyOf(plan.readSet().tables()), rows, changeId);
    }

    private void wake() {
        if (work.getAndIncrement() == 0) {
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                complete(); // the node is closing
            }
        }
    }

    private void run() {
        int seen;
        do {
            seen = work.get();
            FluxSink<E> sink = this.sink;
            boolean wanted =
                    sink != null && !sink.isCancelled() && waiting.get() == 0 && sink.requestedFromDownstream() > 0;
            if (sink != null && wanted && stale.getAndSet(false)) {
                evaluate(sink);
            }
        } while (work.addAndGet(-seen) != 0);
    }

    private void evaluate(FluxSink<E> sink) {
        try {
            List<Row> result =
                    database.read(connection -> Statements.query(connection, plan.statement(), Subscriptions.MAX_ROWS));
            delivery.deliver(result, event -> {
                waiting.incrementAndGet();
                sink.next(event);
            });
            rows = result.size();
            changeId = delivery.lastChangeId();
        } catch (Throwable e) { // an Error, too, must reach the subscriber and must not stop the runs
            log.debug("subscription ended: {}", plan.statement().sql(), e);
            sink.error(e);
        }
    }
}
