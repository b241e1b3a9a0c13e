package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionLagException;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.SubscriptionPlan;
import dev.corrosion.TableUpdate;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.query.Evaluation;
import dev.corrosion.query.QueryAnalysis;
import dev.corrosion.query.QueryEngine;
import dev.corrosion.store.Database;
import dev.corrosion.store.Statements;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * All subscriptions of a node. Equal queries share one evaluation. What commits have changed is found out on one thread of its
 * own; queries that must run again do so on others; and events are handed over to a scheduler on which subscribers may
 * block.
 */
public final class Subscriptions implements AutoCloseable {

    /** Subscribers at a time. */
    public static final int MAX_SUBSCRIBERS = 20_000;

    /** Rows of one query's result, which is kept in memory. */
    public static final int MAX_ROWS = 1_000_000;

    /** How many queries run at a time, beside the thread that follows the commits. */
    public static final int SLOW_THREADS = 2;

    /** Tasks that wait for a slow thread: at most one for each query. */
    public static final int MAX_QUEUED = 2 * MAX_SUBSCRIBERS;

    /** Queries without subscribers that are kept up to date for a while. */
    static final int MAX_IDLE = 1000;

    /** Updates of a table that wait for one subscriber. */
    static final int MAX_UPDATES = 10_000;

    private static final Duration CLEANING = Duration.ofSeconds(10);

    private static final int PREFETCH = 64;

    private final Engine engine;
    private final ChangeFeed feed;
    private final TableUpdates updates = new TableUpdates();
    private final Following following;
    private final Predicate<String> observed;
    private final Supplier<UUID> ids;
    private final List<ExecutorService> executors;
    private final Scheduler subscribers;
    private final Retention retention;
    private final Map<Statement, SharedQuery> queries = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean closed;

    /**
     * What it needs of the node.
     *
     * @param database what is queried
     * @param tables all replicated tables
     * @param observed whether {@link #committed} is told of this table, by its name in lower case
     * @param applied by actor, the version up to which everything is here
     * @param quick one thread; closed with this, as is the next
     * @param slow {@link #SLOW_THREADS} threads
     * @param subscribers where they are called
     * @param clock monotonic nanoseconds
     * @param timer runs something after a while
     * @param pause lets the quick thread rest
     * @param ids makes ids that nobody else makes
     */
    public record Setting(
            Database database,
            Supplier<? extends Collection<ReplicatedTable>> tables,
            Predicate<String> observed,
            Supplier<Map<ActorId, Long>> applied,
            ExecutorService quick,
            ExecutorService slow,
            Scheduler subscribers,
            LongSupplier clock,
            BiConsumer<Duration, Runnable> timer,
            Consumer<Duration> pause,
            Supplier<UUID> ids) {}

    /** Begins without any. */
    public Subscriptions(Setting setting) {
        this(setting, Retention.DEFAULT);
    }

    Subscriptions(Setting setting, Retention retention) {
        this.engine = new Engine(
                setting.database(),
                new QueryEngine(MAX_ROWS),
                setting.quick(),
                setting.slow(),
                setting.clock(),
                setting.timer(),
                setting.pause());
        this.feed = new ChangeFeed(setting.tables());
        this.following = new Following(engine, feed, updates, setting.applied());
        this.observed = setting.observed();
        this.ids = setting.ids();
        this.executors = List.of(setting.quick(), setting.slow());
        this.subscribers = setting.subscribers();
        this.retention = retention;
        clean();
    }

    /** See {@link dev.corrosion.Corrosion#subscribe}. */
    public Flux<SubscriptionEvent> subscribe(Statement statement, SubscriptionOptions options) {
        return this.<SubscriptionEvent>open(statement, options.from(), (query, sink) -> {
                    EventSubscriber subscriber = new EventSubscriber(sink, options);
                    sink.onRequest(n -> subscriber.wake());
                    return subscriber;
                })
                .publishOn(subscribers, PREFETCH);
    }

    /** See {@link dev.corrosion.Corrosion#live}. */
    public Flux<List<Row>> live(Statement statement) {
        return this.<List<Row>>open(statement, null, (query, sink) -> {
                    LiveSubscriber subscriber = new LiveSubscriber(sink);
                    sink.onRequest(n -> following.refresh(query, subscriber));
                    return subscriber;
                })
                .publishOn(subscribers, 1);
    }

    /** See {@link dev.corrosion.Corrosion#updates}. */
    public Flux<TableUpdate> updates(String table) {
        String name = table.toLowerCase(Locale.ROOT);
        if (!observed.test(name)) {
            return Flux.error(new CorrosionException("there is no replicated table " + table));
        }
        return Flux.<TableUpdate>create(
                        sink -> {
                            Consumer<TableUpdate> listener = sink::next;
                            updates.add(name, listener);
                            sink.onDispose(() -> updates.remove(name, listener));
                        },
                        FluxSink.OverflowStrategy.IGNORE)
                .onBackpressureBuffer(MAX_UPDATES)
                .onErrorMap(
                        Exceptions::isOverflow,
                        e -> new SubscriptionLagException("more than " + MAX_UPDATES + " updates of " + table
                                + " wait for a subscriber: take them faster, or subscribe anew"))
                .publishOn(subscribers, PREFETCH);
    }

    /** See {@link dev.corrosion.Corrosion#explain}. */
    public SubscriptionPlan explain(Statement statement) {
        QueryAnalysis analysis =
                engine.database().read(connection -> engine.queries().analyze(connection, statement));
        return new SubscriptionPlan(
                analysis.tier(),
                analysis.reason(),
                List.copyOf(analysis.readSet().tables()),
                analysis.columns());
    }

    /** Versions are here that were not. On the writer thread, as part of the commit; does not block. */
    public void committed(Commit commit) {
        if (!queries.isEmpty() || !updates.isEmpty()) {
            feed.committed(commit);
            if (!feed.isEmpty()) {
                following.changed();
            }
        }
    }

    /** Something that is no version has changed these tables. Any thread. */
    public void changed(Set<String> tables) {
        committed(Commit.whole(tables));
    }

    /** The database was replaced: all that is known of it may be wrong. On the writer thread, as part of that. */
    public void replaced(Set<String> tables) {
        feed.contentReplaced();
        changed(tables);
    }

    public List<NodeStatus.Subscription> status() {
        return queries.values().stream()
                .map(SharedQuery::status)
                .sorted(Comparator.comparing(NodeStatus.Subscription::sql))
                .toList();
    }

    /** Completes all subscriptions. */
    @Override
    public void close() {
        closed = true;
        queries.values().forEach(SharedQuery::complete);
        executors.forEach(ExecutorService::shutdown);
        for (ExecutorService executor : executors) {
            try {
                if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                    executor.shutdownNow();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                executor.shutdownNow();
            }
        }
    }

    private interface Making<E> {
        Subscriber make(SharedQuery query, FluxSink<E> sink);
    }

    private <E> Flux<E> open(Statement statement, SubscriptionOptions.@Nullable Position from, Making<E> making) {
        return Flux.defer(() -> {
            if (closed) {
                throw new CorrosionException("the node is closed");
            }
            if (running.get() >= MAX_SUBSCRIBERS) {
                throw new CorrosionException("there are already " + MAX_SUBSCRIBERS + " subscribers");
            }
            SharedQuery query = enter(Statements.requireQuery(statement), from);
            return Flux.<E>create(sink -> register(query, sink, making), FluxSink.OverflowStrategy.ERROR);
        });
    }

    /** The query, known or new, with somebody about to join it. */
    private SharedQuery enter(Statement statement, SubscriptionOptions.@Nullable Position from) {
        while (true) {
            SharedQuery known = queries.get(statement);
            if (from != null && (known == null || !known.id().equals(from.subscription()))) {
                throw new SubscriptionLostException("subscription " + from.subscription()
                        + " to this query is not known any more: subscribe anew, without a place to go on from");
            }
            if (known != null && known.enter()) {
                return known;
            }
            SharedQuery made = make(statement);
            made.enter();
            if (known == null
                    ? queries.putIfAbsent(statement, made) == null
                    : queries.replace(statement, known, made)) {
                following.begin(made);
                return made;
            }
        }
    }

    private SharedQuery make(Statement statement) {
        Evaluation evaluation =
                engine.database().read(connection -> engine.queries().evaluation(connection, statement));
        for (String table : evaluation.analysis().readSet().tables()) {
            if (!observed.test(table)) {
                throw new CorrosionException(
                        "the query reads " + table
                                + ", which is not a replicated table, so its changes are not noticed: declare it in the schema");
            }
        }
        return new SharedQuery(
                ids.get(), statement, evaluation, retention, engine.clock().getAsLong());
    }

    private <E> void register(SharedQuery query, FluxSink<E> sink, Making<E> making) {
        running.incrementAndGet();
        Subscriber subscriber = making.make(query, sink);
        sink.onDispose(() -> {
            running.decrementAndGet();
            query.leave(subscriber, engine.clock().getAsLong());
        });
        following.join(query, subscriber);
        if (closed) {
            subscriber.completed();
        }
    }

    private void clean() {
        engine.timer().accept(CLEANING, () -> {
            if (!closed) {
                long now = engine.clock().getAsLong();
                following.forgetOld();
                List<SharedQuery> idle = queries.values().stream()
                        .filter(SharedQuery::isIdle)
                        .sorted(Comparator.comparingLong(SharedQuery::idleSince))
                        .toList();
                for (int i = 0; i < idle.size(); i++) {
                    boolean tooMany = idle.size() - i > MAX_IDLE;
                    end(idle.get(i), tooMany ? now : now - retention.linger().toNanos());
                }
                clean();
            }
        });
    }

    private void end(SharedQuery query, long idleSince) {
        if (query.closeIfIdleSince(idleSince)) {
            queries.remove(query.statement(), query);
            following.end(query);
        }
    }
}
