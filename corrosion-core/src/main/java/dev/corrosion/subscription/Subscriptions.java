package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionLagException;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.SubscriptionPlan;
import dev.corrosion.TableUpdate;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.query.Evaluation;
import dev.corrosion.query.QueryAnalysis;
import dev.corrosion.query.QueryEngine;
import dev.corrosion.store.Database;
import dev.corrosion.store.OverloadedException;
import dev.corrosion.store.Statements;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
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

    /** How many queries run at a time, beside the thread that follows the commits. */
    public static final int SLOW_THREADS = 2;

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
    private final SubscriptionLimits limits;
    private final KeptChanges kept;
    private final Journals journals;
    private final Map<QueryIdentity, SharedQuery> queries = new ConcurrentHashMap<>();
    private final Set<Subscriber> all = ConcurrentHashMap.newKeySet();
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
     * @param journal of durable queries; its executor is closed with this
     * @param limits of memory and disk
     * @param meter is told what it costs
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
            Supplier<UUID> ids,
            JournalSetting journal,
            SubscriptionLimits limits,
            SubscriptionMeter meter) {

        /** Tasks that wait for a slow thread: at most two for each query. */
        public static int maxQueued(SubscriptionLimits limits) {
            return (int) Math.min(Integer.MAX_VALUE, 2L * (limits.subscribers() + MAX_IDLE));
        }
    }

    /** Begins without any. */
    public Subscriptions(Setting setting) {
        this.limits = setting.limits();
        this.kept = new KeptChanges(limits, queries::size);
        this.journals = new Journals(setting.journal(), limits);
        this.engine = new Engine(
                setting.database(),
                new QueryEngine(limits.rows()),
                setting.quick(),
                setting.slow(),
                journals,
                setting.clock(),
                setting.timer(),
                setting.pause(),
                setting.meter());
        this.feed = new ChangeFeed(setting.tables(), setting.clock());
        this.following = new Following(engine, feed, updates, setting.applied());
        this.observed = setting.observed();
        this.ids = setting.ids();
        this.executors =
                List.of(setting.quick(), setting.slow(), setting.journal().executor());
        this.subscribers = setting.subscribers();
        clean();
    }

    /** See {@link dev.corrosion.Corrosion#subscribe}. */
    public Flux<SubscriptionEvent> subscribe(Statement statement, SubscriptionOptions options) {
        return this.<SubscriptionEvent>open(statement, options, (query, sink) -> {
                    EventSubscriber subscriber = new EventSubscriber(sink, options);
                    sink.onRequest(n -> subscriber.wake());
                    return subscriber;
                })
                .publishOn(subscribers, PREFETCH);
    }

    /** See {@link dev.corrosion.Corrosion#live}. */
    public Flux<List<Row>> live(Statement statement) {
        return this.<List<Row>>open(statement, SubscriptionOptions.DEFAULT, (query, sink) -> {
                    LiveSubscriber subscriber = new LiveSubscriber(sink);
                    sink.onRequest(n -> following.refresh(query, subscriber));
                    return subscriber;
                })
                .publishOn(subscribers, 1);
    }

    /** See {@link dev.corrosion.Corrosion#subscription}. */
    public Optional<Statement> find(UUID id) {
        for (SharedQuery query : queries.values()) {
            if (query.id().equals(id)) {
                return Optional.of(query.statement());
            }
        }
        Journal journal = journals.known();
        return journal == null ? Optional.empty() : journal.find(id);
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

    /** What they take. Does not block. */
    public SubscriptionLoad load() {
        Journal journal = journals.known();
        return new SubscriptionLoad(
                queries.size(),
                all.size(),
                limits.subscribers(),
                feed.waiting(),
                ChangeFeed.MAX_WAITING,
                journal == null ? 0 : journal.fileBytes(),
                journal == null ? 0 : journal.waitingBytes(),
                JournalQueue.FULL_BYTES);
    }

    /** Completes all subscriptions. */
    @Override
    public void close() {
        closed = true;
        all.forEach(Subscriber::completed);
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
        journals.close();
    }

    private interface Making<E> {
        Subscriber make(SharedQuery query, FluxSink<E> sink);
    }

    private <E> Flux<E> open(Statement statement, SubscriptionOptions options, Making<E> making) {
        return Flux.defer(() -> {
            if (closed) {
                throw new CorrosionException("the node is closed");
            }
            if (all.size() >= limits.subscribers()) {
                throw new OverloadedException("there are already " + limits.subscribers() + " subscribers");
            }
            SharedQuery query = enter(Statements.requireQuery(statement), options);
            return Flux.<E>create(sink -> register(query, sink, making), FluxSink.OverflowStrategy.ERROR);
        });
    }

    /** The query, known or new, with somebody about to join it. */
    private SharedQuery enter(Statement statement, SubscriptionOptions options) {
        Evaluation evaluation = evaluation(statement);
        SubscriptionOptions.Position from = options.from();
        if (from == null) {
            return enter(QueryIdentity.of(evaluation, options.isDurable()), statement, evaluation, true);
        }
        SharedQuery known = queries.get(QueryIdentity.of(evaluation, false));
        if (known != null && known.id().equals(from.subscription()) && known.enter(false)) {
            return known;
        }
        if (journals.known() == null) {
            throw new SubscriptionLostException("subscription " + from.subscription()
                    + " to this query is not known any more, and was not durable: " + EventSubscriber.ANEW);
        }
        return enter(QueryIdentity.of(evaluation, true), statement, evaluation, false);
    }

    private SharedQuery enter(QueryIdentity identity, Statement statement, Evaluation evaluation, boolean anew) {
        while (true) {
            SharedQuery known = queries.get(identity);
            if (known != null && known.enter(anew)) {
                return known;
            }
            SharedQuery made = make(identity, statement, evaluation);
            made.enter(anew);
            if (known == null ? queries.putIfAbsent(identity, made) == null : queries.replace(identity, known, made)) {
                following.begin(made);
                return made;
            }
        }
    }

    private Evaluation evaluation(Statement statement) {
        Evaluation evaluation =
                engine.database().read(connection -> engine.queries().evaluation(connection, statement));
        for (String table : evaluation.analysis().readSet().tables()) {
            if (!observed.test(table)) {
                throw new CorrosionException(
                        "the query reads " + table
                                + ", which is not a replicated table, so its changes are not noticed: declare it in the schema");
            }
        }
        return evaluation;
    }

    private SharedQuery make(QueryIdentity identity, Statement statement, Evaluation evaluation) {
        Delivery delivery = identity.durable()
                ? new DurableDelivery(
                        journals.current(),
                        identity,
                        Statement.of(statement.sql(), evaluation.parameters().toArray()),
                        evaluation.analysis().columns())
                : Delivery.IMMEDIATE;
        return new SharedQuery(
                ids.get(),
                identity,
                statement,
                evaluation,
                delivery,
                kept,
                engine.meter(),
                engine.clock().getAsLong());
    }

    private <E> void register(SharedQuery query, FluxSink<E> sink, Making<E> making) {
        Subscriber subscriber = making.make(query, sink);
        all.add(subscriber);
        sink.onDispose(() -> {
            all.remove(subscriber);
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
                journals.forgetOld();
                List<SharedQuery> idle = queries.values().stream()
                        .filter(SharedQuery::isIdle)
                        .sorted(Comparator.comparingLong(SharedQuery::idleSince))
                        .toList();
                for (int i = 0; i < idle.size(); i++) {
                    boolean tooMany = idle.size() - i > MAX_IDLE;
                    end(idle.get(i), tooMany ? now : now - limits.linger().toNanos());
                }
                clean();
            }
        });
    }

    private void end(SharedQuery query, long idleSince) {
        if (query.closeIfIdleSince(idleSince)) {
            queries.remove(query.identity(), query);
            following.end(query);
        }
    }
}
