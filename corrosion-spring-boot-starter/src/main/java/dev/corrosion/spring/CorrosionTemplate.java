package dev.corrosion.spring;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.WriteResult;
import java.time.Duration;
import java.util.List;
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
 * a primitive; a column without a property is ignored. Where that does not fit, pass a {@link RowMapper}. Errors are
 * signalled as {@link CorrosionException}.
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
    private final Scheduler calls = Schedulers.newBoundedElastic(MAX_THREADS, MAX_QUEUED_TASKS_PER_THREAD, "corrosion");

    /**
     * A template whose live streams end with {@code liveStreams}. Closing the template leaves {@code corrosion} open.
     */
    public CorrosionTemplate(Corrosion corrosion, LiveStreams liveStreams) {
        this.corrosion = corrosion;
        this.liveStreams = liveStreams;
    }

    /** Runs the statements as one atomic transaction when subscribed to; see {@link Corrosion#write}. */
    public Mono<WriteResult> execute(Statement... statements) {
        return Mono.fromCallable(() -> corrosion.write(statements)).subscribeOn(calls);
    }

    /**
     * The same, completing when others have it on their disks or the time is up; see
     * {@link Corrosion#write(Acknowledgement, Statement...)}.
     */
    public Mono<AcknowledgedWrite> execute(Acknowledgement wanted, Statement... statements) {
        return Mono.fromCallable(() -> corrosion.write(wanted, statements)).subscribeOn(calls);
    }

    /** Completes when the version is applied here; see {@link Corrosion#await}. */
    public Mono<Void> await(ActorId actorId, long version, Duration timeout) {
        return Mono.<Void>fromRunnable(() -> corrosion.await(actorId, version, timeout))
                .subscribeOn(calls);
    }

    /** The rows that the query has now. */
    public <T> Flux<T> query(Class<T> type, String sql, @Nullable Object... params) {
        return query(TypeRowMapper.of(type), sql, params);
    }

    /** The rows that the query has now. */
    public <T> Flux<T> query(RowMapper<T> mapper, String sql, @Nullable Object... params) {
        return Mono.fromCallable(() -> corrosion.query(Statement.of(sql, params)))
                .subscribeOn(calls)
                .flatMapIterable(rows -> rows)
                .map(mapper::map);
    }

    /** The rows that the query has now, each as an INSERT, and then every change of its result. */
    public <T> Flux<Change<T>> changes(Class<T> type, String sql, @Nullable Object... params) {
        return changes(TypeRowMapper.of(type), sql, params);
    }

    /** The rows that the query has now, each as an INSERT, and then every change of its result. */
    public <T> Flux<Change<T>> changes(RowMapper<T> mapper, String sql, @Nullable Object... params) {
        Flux<Change<T>> changes = Flux.defer(
                        () -> corrosion.subscribe(Statement.of(sql, params), SubscriptionOptions.DEFAULT.coalescing()))
                .subscribeOn(calls)
                .handle((event, sink) -> {
                    Change<T> change = change(mapper, event);
                    if (change != null) {
                        sink.next(change);
                    }
                });
        return liveStreams.untilStop(changes);
    }

    /**
     * The whole result in the query's order, now and again each time it changes. A subscriber that does not keep up
     * skips results, never the latest.
     */
    public <T> Flux<List<T>> live(Class<T> type, String sql, @Nullable Object... params) {
        return live(TypeRowMapper.of(type), sql, params);
    }

    /** As {@link #live(Class, String, Object...)}, with a mapper. */
    public <T> Flux<List<T>> live(RowMapper<T> mapper, String sql, @Nullable Object... params) {
        Flux<List<T>> results = Flux.defer(() -> corrosion.live(Statement.of(sql, params)))
                .subscribeOn(calls)
                .map(rows -> map(mapper, rows));
        return liveStreams.untilStop(results);
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

    private static <T> List<T> map(RowMapper<T> mapper, List<Row> rows) {
        return rows.stream().map(mapper::map).toList();
    }

    private static <T> @Nullable Change<T> change(RowMapper<T> mapper, SubscriptionEvent event) {
        if (event instanceof RowSnapshot snapshot) {
            return new Change<>(SubscriptionEvent.Type.INSERT, mapper.map(snapshot.row()), null);
        }
        if (event instanceof RowChange change) {
            Row old = change.old();
            return new Change<>(change.type(), mapper.map(change.row()), old == null ? null : mapper.map(old));
        }
        return null;
    }
}
