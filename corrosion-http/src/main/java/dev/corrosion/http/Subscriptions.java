package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.http.AccessToken.Scope;
import dev.corrosion.store.OverloadedException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /v1/subscriptions} and {@code GET /v1/subscriptions/{id}}: queries that stay up to date. */
final class Subscriptions {

    private final Corrosion corrosion;
    private final ReadAccess access;
    private final Workers workers;
    private final Gate streams;
    private final HttpApiOptions options;

    Subscriptions(Corrosion corrosion, ReadAccess access, Workers workers, Gate streams, HttpApiOptions options) {
        this.corrosion = corrosion;
        this.access = access;
        this.workers = workers;
        this.streams = streams;
        this.options = options;
    }

    /**
     * Where the client wants to begin.
     *
     * @param from the last change that it has seen; null or 0 for the rows first
     * @param skipRows whether it wants changes only
     */
    private record Start(@Nullable Long from, boolean skipRows) {

        static Start of(ApiRequest request) {
            return new Start(Parameters.number(request, "from"), Parameters.flag(request, "skip_rows"));
        }

        /** The change to go on from, 0 if it wants to begin anew. */
        long change() {
            return from == null ? 0 : from;
        }
    }

    Mono<ApiResponse> subscribe(ApiRequest request, Caller caller) {
        caller.require(Scope.READ);
        Parameters.requireJson(request);
        Start start = Start.of(request);
        return request.body(options.limits().bodyBytes())
                .map(StatementReader::one)
                .flatMap(query -> begin(caller, query, start));
    }

    /** @param id as it is in the path */
    Mono<ApiResponse> resume(ApiRequest request, Caller caller, String id) {
        caller.require(Scope.READ);
        Start start = Start.of(request);
        UUID subscription = uuid(id);
        return workers.call(() -> corrosion
                        .subscription(subscription)
                        .orElseThrow(() -> new ApiException(
                                ApiException.NOT_FOUND, "could not find subscription with id " + subscription)))
                .flatMap(query -> begin(caller, query, start, subscription));
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiException.BAD_REQUEST, "not the id of a subscription: " + text, e);
        }
    }

    private Mono<ApiResponse> begin(Caller caller, Statement query, Start start) {
        if (start.change() == 0) {
            return open(caller, query, fresh(), start);
        }
        // Only who subscribes learns the id of the query. It stays for a while when nobody follows it any more.
        return first(caller, query, fresh()).flatMap(found -> {
            found.stop().run();
            return begin(caller, query, start, id(found));
        });
    }

    private Mono<ApiResponse> begin(Caller caller, Statement query, Start start, UUID id) {
        SubscriptionOptions wanted = start.change() == 0 ? fresh() : fresh().from(id, start.change());
        return open(caller, query, wanted, start)
                .onErrorResume(SubscriptionLostException.class, e -> Mono.just(lost(query, id, e)));
    }

    private SubscriptionOptions fresh() {
        return options.durable() ? SubscriptionOptions.DEFAULT.durable() : SubscriptionOptions.DEFAULT;
    }

    /** The id is known and what came after is not: clients expect a stream that says so. */
    private static ApiResponse lost(Statement query, UUID id, SubscriptionLostException e) {
        return Responses.lines(headers(query, id), Flux.just(JsonLines.error(String.valueOf(e.getMessage()))));
    }

    private Mono<ApiResponse> open(Caller caller, Statement query, SubscriptionOptions wanted, Start start) {
        return Mono.defer(() -> {
            Gate.Place place = streams.enter();
            long began = System.nanoTime();
            return first(caller, query, wanted)
                    .map(begun -> Responses.events(
                            headers(query, id(begun)),
                            lines(begun, start, began).doFinally(signal -> place.close())))
                    .doOnError(e -> place.close())
                    .doOnCancel(place::close);
        });
    }

    /** Waits for the columns, since what is wrong with the query is known then. */
    private Mono<FirstEvent.Begun<SubscriptionEvent>> first(
            Caller caller, Statement query, SubscriptionOptions wanted) {
        return workers.call(() -> {
                    access.require(caller, query);
                    return FirstEvent.of(corrosion.subscribe(query, wanted));
                })
                .flatMap(begun -> begun) // still on the worker, since to subscribe takes a look at the database
                .switchIfEmpty(Mono.error(() -> ApiException.overloaded("the node stops")))
                .onErrorMap(
                        e -> e instanceof CorrosionException
                                && !(e instanceof SubscriptionLostException)
                                && !(e instanceof OverloadedException),
                        e -> new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e));
    }

    private static UUID id(FirstEvent.Begun<SubscriptionEvent> begun) {
        if (begun.first() instanceof Columns columns) {
            return columns.subscription();
        }
        throw new IllegalStateException("a subscription begins with its columns");
    }

    private static Map<String, String> headers(Statement query, UUID id) {
        return Map.of("corro-query-id", id.toString(), "corro-query-hash", QueryHash.of(query));
    }

    private static Flux<byte[]> lines(FirstEvent.Begun<SubscriptionEvent> begun, Start start, long began) {
        boolean changesOnly = start.skipRows() || start.change() > 0;
        Flux<byte[]> events = begun.rest()
                .filter(event -> !changesOnly || event instanceof RowChange)
                .map(event -> line(event, began))
                .concatWith(Mono.error(NodeStoppedException::new));
        Flux<byte[]> all =
                changesOnly ? events : events.startWith(JsonLines.columns(((Columns) begun.first()).names()));
        return all.onErrorResume(
                CorrosionException.class, e -> Flux.just(JsonLines.error(String.valueOf(e.getMessage()))));
    }

    private static byte[] line(SubscriptionEvent event, long began) {
        if (event instanceof RowChange change) {
            String type = change.type().name().toLowerCase(Locale.ROOT);
            return JsonLines.change(type, change.rowId(), change.row().values(), change.changeId());
        }
        if (event instanceof RowSnapshot row) {
            return JsonLines.row(row.rowId(), row.row().values());
        }
        if (event instanceof EndOfQuery end) {
            return JsonLines.endOfQuery(Duration.ofNanos(System.nanoTime() - began), end.changeId());
        }
        throw new IllegalStateException("not expected here: " + event);
    }
}
