package dev.corrosion.spring.listener;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.SubscriptionOptions.Position;
import dev.corrosion.spring.Change;
import dev.corrosion.spring.RowMapper;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import reactor.util.retry.Retry.RetrySignal;

/**
 * A listener from one start to the next stop. One call at a time; a stop lets the running call end, and comes before the
 * next try of one that has failed.
 */
final class RunningListener<T> {

    private static final Logger log = LoggerFactory.getLogger(RunningListener.class);

    private final ListenerMethod method;
    private final Statement query;
    private final Corrosion corrosion;
    private final RowMapper<T> mapper;
    private final Scheduler workers;
    private final BackOff backOff;
    private final Sinks.Empty<Void> stop = Sinks.empty();
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private @Nullable Disposable work;
    private volatile boolean stopping;

    // Written by one call after the other; Reactor orders them.
    private UUID subscription = new UUID(0, 0);
    private @Nullable Position position;

    RunningListener(
            ListenerMethod method,
            Statement query,
            Corrosion corrosion,
            RowMapper<T> mapper,
            Scheduler workers,
            BackOff backOff) {
        this.method = method;
        this.query = query;
        this.corrosion = corrosion;
        this.mapper = mapper;
        this.workers = workers;
        this.backOff = backOff;
    }

    RunningListener<T> start() {
        // Whatever ends the stream, the call that runs is not interrupted: that is what "DelayError" is for.
        Flux<?> calls = method.takesChanges()
                ? lasting(Flux.defer(this::events)).concatMapDelayError(this::take, false, 1)
                : lasting(corrosion.live(query)).concatMapDelayError(this::takeAll, false, 1);
        work = calls.retryWhen(withWaits(this::streamFailed))
                .doFinally(signal -> stopped.tryEmitEmpty())
                .subscribe();
        return this;
    }

    /** Completes when no call runs any more, and none will. */
    Mono<Void> stop() {
        stopping = true;
        stop.tryEmitEmpty();
        return stopped.asMono();
    }

    /** Interrupts the call that runs. */
    void dispose() {
        stopping = true;
        stop.tryEmitEmpty();
        if (work != null) {
            work.dispose();
        }
    }

    private <E> Flux<E> lasting(Flux<E> source) {
        return source.subscribeOn(workers)
                .concatWith(Mono.error(() -> new CorrosionException("the node was closed")))
                .takeUntilOther(stop.asMono());
    }

    private Flux<SubscriptionEvent> events() {
        Position last = position;
        SubscriptionOptions options = SubscriptionOptions.DEFAULT.coalescing();
        return corrosion.subscribe(query, last == null ? options : options.from(last.subscription(), last.changeId()));
    }

    private Mono<Boolean> takeAll(List<Row> rows) {
        if (stopping) {
            return Mono.empty();
        }
        return Mono.defer(() -> method.call(rows.stream().map(mapper::map).toList()))
                .subscribeOn(workers)
                .thenReturn(true);
    }

    private Mono<Boolean> take(SubscriptionEvent event) {
        if (stopping) {
            return Mono.empty(); // fetched ahead
        }
        if (event instanceof Columns columns) {
            subscription = columns.subscription();
        } else if (event instanceof EndOfQuery end) {
            position = new Position(subscription, end.changeId());
        } else if (event instanceof RowSnapshot row) {
            return call(() -> new Change<>(SubscriptionEvent.Type.INSERT, mapper.map(row.row()), null), row.rowId());
        } else if (event instanceof RowChange change) {
            return call(() -> change(change), change.rowId())
                    .doOnSuccess(done -> position = new Position(subscription, change.changeId()));
        }
        return Mono.empty();
    }

    private Change<T> change(RowChange change) {
        Row old = change.old();
        return new Change<>(change.type(), mapper.map(change.row()), old == null ? null : mapper.map(old));
    }

    private Mono<Boolean> call(Supplier<Change<T>> change, long rowId) {
        return Mono.defer(() -> method.call(change.get()))
                .subscribeOn(workers)
                .retryWhen(withWaits(retry -> log.error(
                        "{} has failed {} times in a row at a change of row {}; it will be called with it again",
                        method,
                        retry.totalRetriesInARow() + 1,
                        rowId,
                        retry.failure())))
                .thenReturn(true);
    }

    private void streamFailed(RetrySignal retry) {
        if (retry.failure() instanceof SubscriptionLostException) {
            position = null;
            log.warn(
                    "{} could not go on where it was, and what was deleted meanwhile is not told: it starts anew with the"
                            + " rows that are there",
                    method,
                    retry.failure());
        } else {
            log.error(
                    "{} has failed {} times in a row; it will be tried again",
                    method,
                    retry.totalRetriesInARow() + 1,
                    retry.failure());
        }
    }

    /** A stop while it waits is the end; while something runs, that goes on. */
    private Retry withWaits(Consumer<RetrySignal> tell) {
        return Retry.from(failures -> failures.concatMap(failure -> {
                    tell.accept(failure);
                    return Mono.firstWithSignal(
                            Mono.delay(backOff.after(failure.totalRetriesInARow()), workers)
                                    .thenReturn(true),
                            stop.asMono().thenReturn(false));
                })
                .takeWhile(again -> again));
    }
}
