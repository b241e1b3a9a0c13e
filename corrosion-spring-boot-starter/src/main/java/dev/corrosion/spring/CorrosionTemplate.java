package dev.corrosion.spring;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.TableUpdate;
import dev.corrosion.WriteResult;
import dev.corrosion.spring.observation.CorrosionObservation;
import dev.corrosion.spring.observation.StatementObservations;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactive access to a node.
 *
 * <p>Rows become records, beans or simple values: a column feeds the record component, constructor parameter or property
 * of the same name, ignoring case and underscores. A constructor parameter without a column is an error, as is NULL for
 * a primitive; a column without a property is ignored. Values are converted both ways by {@link CorrosionConversions}.
 * Where that does not fit, pass a {@link RowMapper}.
 *
 * <p>Errors are signalled as {@link CorrosionException}: {@link ConstraintViolationException} and other {@link
 * dev.corrosion.WriteException}s, {@link RowMappingException}, {@link RowCountException}, {@link
 * dev.corrosion.AwaitTimeoutException}, {@link dev.corrosion.SubscriptionLagException}, {@link
 * dev.corrosion.SubscriptionLostException}.
 *
 * <p>Everything is cold and may be subscribed to from any thread, event loops too: the blocking work runs on threads of
 * this template, and the events of live streams come on threads that may block. Live streams never end by themselves;
 * they complete when the application begins to stop.
 */
public final class CorrosionTemplate implements AutoCloseable {

    private static final int MAX_THREADS = Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE;
    private static final int MAX_QUEUED_TASKS_PER_THREAD = Schedulers.DEFAULT_BOUNDED_ELASTIC_QUEUESIZE;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Corrosion corrosion;
    private final LiveStreams liveStreams;
    private final CorrosionConversions conversions;
    private final RowMappers mappers;
    private final StatementObservations observations;
    private final Scheduler calls = Schedulers.newBoundedElastic(MAX_THREADS, MAX_QUEUED_TASKS_PER_THREAD, "corrosion");

    /** As {@link #CorrosionTemplate(Corrosion, LiveStreams, CorrosionConversions)}, without JSON. */
    public CorrosionTemplate(Corrosion corrosion, LiveStreams liveStreams) {
        this(corrosion, liveStreams, new CorrosionConversions());
    }

    /**
     * A template whose live streams end with {@code liveStreams}. Closing the template leaves {@code corrosion} open.
     */
    public CorrosionTemplate(Corrosion corrosion, LiveStreams liveStreams, CorrosionConversions conversions) {
        this(corrosion, liveStreams, conversions, StatementObservations.NONE);
    }

    /** The same with observations of its transactions and queries. */
    public CorrosionTemplate(
            Corrosion corrosion,
            LiveStreams liveStreams,
            CorrosionConversions conversions,
            StatementObservations observations) {
        this.corrosion = corrosion;
        this.liveStreams = liveStreams;
        this.conversions = conversions;
        this.mappers = new RowMappers(conversions);
        this.observations = observations;
    }

    /** Runs the statements as one atomic transaction when subscribed to; see {@link Corrosion#write}. */
    public Mono<WriteResult> execute(Statement... statements) {
        return write(statements, () -> corrosion.write(converted(statements)))
                .onErrorMap(ConstraintViolationException::translate);
    }

    /** The same. */
    public Mono<WriteResult> execute(Collection<Statement> statements) {
        return execute(statements.toArray(Statement[]::new));
    }

    /** Runs one statement as a transaction. */
    public Mono<WriteResult> execute(String sql, @Nullable Object... params) {
        return execute(Statement.of(sql, params));
    }

    /**
     * The same, completing when others have it on their disks or the time is up; see
     * {@link Corrosion#write(Acknowledgement, Statement...)}.
     */
    public Mono<AcknowledgedWrite> execute(Acknowledgement wanted, Statement... statements) {
        return write(statements, () -> corrosion.write(wanted, converted(statements)))
                .onErrorMap(ConstraintViolationException::translate);
    }

    /**
     * Runs the statements as one atomic transaction and gives the rows of their RETURNING clauses, in order. Where they
     * have rows of different kinds, take {@link WriteResult#returned} of {@link #execute(Statement...)} and {@link #mapper}.
     */
    public <T> Flux<T> returning(Class<T> type, Statement... statements) {
        return returning(mappers.of(type), statements);
    }

    /** The same with a mapper. */
    public <T> Flux<T> returning(RowMapper<T> mapper, Statement... statements) {
        return execute(statements)
                .flatMapIterable(WriteResult::returned)
                .flatMapIterable(rows -> rows)
                .map(mapper::map);
    }

    /** Completes when the version is applied here; see {@link Corrosion#await}. */
    public Mono<Void> await(ActorId actorId, long version, Duration timeout) {
        return Mono.<Void>fromRunnable(() -> corrosion.await(actorId, version, timeout))
                .subscribeOn(calls);
    }

    /** Completes when what another node wrote is applied here. */
    public Mono<Void> await(WriteResult write, Duration timeout) {
        return await(write.actorId(), write.version(), timeout);
    }

    /** The rows that the query has now. */
    public <T> Flux<T> query(Class<T> type, String sql, @Nullable Object... params) {
        return query(type, Statement.of(sql, params));
    }

    /** The rows that the query has now. */
    public <T> Flux<T> query(RowMapper<T> mapper, String sql, @Nullable Object... params) {
        return query(mapper, Statement.of(sql, params));
    }

    /** The rows that the query has now. */
    public <T> Flux<T> query(Class<T> type, Statement statement) {
        return query(mappers.of(type), statement);
    }

    /** The rows that the query has now. */
    public <T> Flux<T> query(RowMapper<T> mapper, Statement statement) {
        return rows(statement).flatMapIterable(rows -> rows).map(mapper::map);
    }

    /** The row that the query has now, if it has one; {@link RowCountException} if it has more. */
    public <T> Mono<T> queryOne(Class<T> type, String sql, @Nullable Object... params) {
        return queryOne(type, Statement.of(sql, params));
    }

    /** The same. */
    public <T> Mono<T> queryOne(Class<T> type, Statement statement) {
        return queryOne(mappers.of(type), statement);
    }

    /** The same with a mapper. */
    public <T> Mono<T> queryOne(RowMapper<T> mapper, Statement statement) {
        return rows(statement).handle((rows, sink) -> {
            if (rows.size() > 1) {
                sink.error(new RowCountException(rows.size(), statement.sql()));
            } else if (!rows.isEmpty()) {
                sink.next(mapper.map(rows.get(0)));
            }
        });
    }

    /**
     * The rows that the query has now, each as an INSERT, and then every change of its result. A subscriber that falls far
     * behind gets the latest of each row instead of each change.
     */
    public <T> Flux<Change<T>> changes(Class<T> type, String sql, @Nullable Object... params) {
        return changes(mappers.of(type), sql, params);
    }

    /** The same with a mapper. */
    public <T> Flux<Change<T>> changes(RowMapper<T> mapper, String sql, @Nullable Object... params) {
        return changes(mapper, Statement.of(sql, params), SubscriptionOptions.DEFAULT.coalescing());
    }

    /** The same with options, such as to wait for a transaction first. */
    public <T> Flux<Change<T>> changes(Class<T> type, Statement statement, SubscriptionOptions options) {
        return changes(mappers.of(type), statement, options);
    }

    /** The same with a mapper and options. */
    public <T> Flux<Change<T>> changes(RowMapper<T> mapper, Statement statement, SubscriptionOptions options) {
        return subscribe(mapper, statement, options).mapNotNull(EventMapping::changeOf);
    }

    /**
     * A subscription with all that is known of each event: what to come back with, which row it is, who has written it.
     * See {@link Corrosion#subscribe} for the options and the errors.
     */
    public <T> Flux<LiveEvent<T>> subscribe(Class<T> type, Statement statement, SubscriptionOptions options) {
        return subscribe(mappers.of(type), statement, options);
    }

    /** The same with a mapper. */
    public <T> Flux<LiveEvent<T>> subscribe(RowMapper<T> mapper, Statement statement, SubscriptionOptions options) {
        Flux<LiveEvent<T>> events = Flux.defer(() -> {
                    EventMapping<T> mapping = new EventMapping<>(mapper);
                    return corrosion
                            .subscribe(conversions.write(statement), options)
                            .handle(mapping);
                })
                .subscribeOn(calls);
        return liveStreams.untilStop(events);
    }

    /**
     * The whole result in the query's order, now and again each time it changes. A subscriber that does not keep up
     * skips results, never the latest.
     */
    public <T> Flux<List<T>> live(Class<T> type, String sql, @Nullable Object... params) {
        return live(mappers.of(type), Statement.of(sql, params));
    }

    /** As {@link #live(Class, String, Object...)}, with a mapper. */
    public <T> Flux<List<T>> live(RowMapper<T> mapper, String sql, @Nullable Object... params) {
        return live(mapper, Statement.of(sql, params));
    }

    /** As {@link #live(Class, String, Object...)}. */
    public <T> Flux<List<T>> live(Class<T> type, Statement statement) {
        return live(mappers.of(type), statement);
    }

    /** As {@link #live(Class, String, Object...)}, with a mapper. */
    public <T> Flux<List<T>> live(RowMapper<T> mapper, Statement statement) {
        Flux<List<T>> results = Flux.defer(() -> corrosion.live(conversions.write(statement)))
                .subscribeOn(calls)
                .map(rows -> rows.stream().map(mapper::map).toList());
        return liveStreams.untilStop(results);
    }

    /** Which rows of a replicated table are written, from now on; see {@link Corrosion#updates}. */
    public Flux<TableUpdate> updates(String table) {
        return liveStreams.untilStop(Flux.defer(() -> corrosion.updates(table)).subscribeOn(calls));
    }

    /** The mapper that the methods with a {@code Class} use, for rows that come from elsewhere. */
    public <T> RowMapper<T> mapper(Class<T> type) {
        return mappers.of(type);
    }

    /**
     * Tells whether rows with these columns can become objects of the type.
     *
     * @throws RowMappingException if they cannot, with the reason
     */
    public void requireMappable(Class<?> type, List<String> columns) {
        mappers.require(type, columns);
    }

    /** The node itself. */
    public Corrosion corrosion() {
        return corrosion;
    }

    /** Waits for running calls and gives the threads back. The node stays open. A second call does nothing. */
    @Override
    public void close() {
        calls.disposeGracefully()
                .timeout(CLOSE_TIMEOUT, Mono.fromRunnable(calls::dispose))
                .block();
    }

    private Mono<List<Row>> rows(Statement statement) {
        return call(
                CorrosionObservation.QUERY, List.of(statement), () -> corrosion.query(conversions.write(statement)));
    }

    private <T> Mono<T> write(Statement[] statements, Callable<T> call) {
        return call(CorrosionObservation.WRITE, List.of(statements), call);
    }

    private <T> Mono<T> call(CorrosionObservation kind, List<Statement> statements, Callable<T> call) {
        return Mono.deferContextual(
                subscriber -> Mono.fromCallable(observations.observed(kind, statements, subscriber, call))
                        .subscribeOn(calls));
    }

    private Statement[] converted(Statement[] statements) {
        return Arrays.stream(statements).map(conversions::write).toArray(Statement[]::new);
    }
}
