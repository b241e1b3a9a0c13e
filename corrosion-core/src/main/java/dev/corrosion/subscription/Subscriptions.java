package dev.corrosion.subscription;

import dev.corrosion.CorrosionException;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.store.Database;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * All subscriptions of a node. Told after each commit which tables it changed; runs the queries that read them on threads
 * of their own and hands the events over to a scheduler on which subscribers may block.
 */
public final class Subscriptions implements AutoCloseable {

    /** Subscriptions at a time. */
    public static final int MAX_SUBSCRIPTIONS = 10_000;

    /** Rows of one subscription's result, which is kept in memory. */
    public static final int MAX_ROWS = 1_000_000;

    /** How many queries run at a time. */
    public static final int THREADS = 2;

    /** Runs that wait for a thread: at most one for each subscription. */
    public static final int MAX_QUEUED = MAX_SUBSCRIPTIONS;

    private static final int PREFETCH = 64;

    private final Database database;
    private final Predicate<String> observed;
    /** By number, in the order in which they began. */
    private final ConcurrentNavigableMap<Long, LiveQuery<?>> queries = new ConcurrentSkipListMap<>();

    private final AtomicLong begun = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private final ExecutorService executor;
    private final Scheduler subscribers;
    private volatile boolean closed;

    /**
     * Begins without any.
     *
     * @param observed whether {@link #changed} is told of this table, by its name in lower case
     * @param executor for the queries, at most {@link #MAX_QUEUED} of which wait; closed with this
     * @param subscribers where they are called
     */
    public Subscriptions(
            Database database, Predicate<String> observed, ExecutorService executor, Scheduler subscribers) {
        this.subscribers = subscribers;
        this.database = database;
        this.observed = observed;
        this.executor = executor;
    }

    /** See {@link dev.corrosion.Corrosion#subscribe}. */
    public Flux<SubscriptionEvent> subscribe(Statement statement) {
        return this.<SubscriptionEvent>open(statement, ChangeDelivery::new).publishOn(subscribers, PREFETCH);
    }

    /** See {@link dev.corrosion.Corrosion#live}. */
    public Flux<List<Row>> live(Statement statement) {
        return this.<List<Row>>open(statement, plan -> new ResultDelivery()).publishOn(subscribers, 1);
    }

    /** These tables have changed by a commit. Any thread; does not block. */
    public void changed(Set<String> tables) {
        if (!tables.isEmpty()) {
            queries.values().forEach(query -> query.changed(tables));
        }
    }

    public List<NodeStatus.Subscription> status() {
        return queries.values().stream().map(LiveQuery::status).toList();
    }

    /** Completes all subscriptions. */
    @Override
    public void close() {
        closed = true;
        queries.values().forEach(LiveQuery::complete);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            executor.shutdownNow();
        }
    }

    private <E> Flux<E> open(Statement statement, Function<QueryPlan, LiveQuery.Delivery<E>> delivery) {
        return Flux.defer(() -> {
            if (closed) {
                throw new CorrosionException("the node is closed");
            }
            if (running.get() >= MAX_SUBSCRIPTIONS) {
                throw new CorrosionException("there are already " + MAX_SUBSCRIPTIONS + " subscriptions");
            }
            QueryPlan plan = database.read(connection -> QueryPlan.of(connection, statement));
            requireObserved(plan);
            LiveQuery<E> query = new LiveQuery<>(plan, database, executor, delivery.apply(plan));
            return Flux.<E>create(sink -> register(query, sink), FluxSink.OverflowStrategy.BUFFER)
                    .doOnNext(event -> query.delivered());
        });
    }

    private void requireObserved(QueryPlan plan) {
        for (String table : plan.readSet().tables()) {
            if (!observed.test(table)) {
                throw new CorrosionException(
                        "the query reads " + table
                                + ", which is not a replicated table, so its changes are not noticed: declare it in the schema");
            }
        }
    }

    private <E> void register(LiveQuery<E> query, FluxSink<E> sink) {
        // Registered before the first run: a commit in between makes it run again.
        long number = begun.incrementAndGet();
        queries.put(number, query);
        running.incrementAndGet();
        sink.onDispose(() -> {
            if (queries.remove(number) != null) {
                running.decrementAndGet();
            }
        });
        query.attach(sink);
        if (closed) {
            query.complete();
        }
    }

    /** Tells the differences. */
    private static final class ChangeDelivery implements LiveQuery.Delivery<SubscriptionEvent> {

        private final QueryPlan plan;
        private final ResultDiff diff;
        private boolean begun;

        ChangeDelivery(QueryPlan plan) {
            this.plan = plan;
            this.diff = new ResultDiff(plan.keyColumns());
        }

        @Override
        public void deliver(List<Row> rows, Consumer<SubscriptionEvent> subscriber) {
            if (begun) {
                diff.changesTo(rows).forEach(subscriber);
                return;
            }
            begun = true;
            subscriber.accept(new Columns(plan.columns()));
            diff.snapshot(rows).forEach(subscriber);
            subscriber.accept(new EndOfQuery(diff.lastChangeId()));
        }

        @Override
        public long lastChangeId() {
            return diff.lastChangeId();
        }
    }

    /** Tells the whole result when it is another one. */
    private static final class ResultDelivery implements LiveQuery.Delivery<List<Row>> {

        private @Nullable List<Row> last;
        private long results;

        @Override
        public void deliver(List<Row> rows, Consumer<List<Row>> subscriber) {
            if (!rows.equals(last)) {
                last = List.copyOf(rows);
                results++;
                subscriber.accept(last);
            }
        }

        @Override
        public long lastChangeId() {
            return results;
        }
    }
}
