package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.DataSourceOptions;
import dev.corrosion.store.OverloadedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The HTTP API of a node, for any server that hands it requests: finds out who asks, and what for, and answers. Thread-safe;
 * nothing here blocks the caller.
 */
public final class HttpApi implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpApi.class);

    /** Where the paths begin. */
    public static final String ROOT = "/v1/";

    private static final String SUBSCRIPTIONS = ROOT + "subscriptions";
    private static final String UPDATES = ROOT + "updates/";

    /** Requests that look at everything at a time. */
    private static final int MAX_SLOW = 4;

    /** How long a query waits for one of the node's readers. */
    private static final Duration WAIT_FOR_READER = Duration.ofSeconds(10);

    private record Route(String method, Gate gate, BiFunction<ApiRequest, Caller, Mono<ApiResponse>> endpoint) {}

    private final Authorization authorization;
    private final Workers workers;
    private final Map<String, Route> routes;
    private final List<ApiExtension> extensions;
    private final HttpApiLimits limits;
    private final Gate requests;
    private final Subscriptions subscriptions;
    private final Updates updates;

    /** The API alone. */
    public HttpApi(Corrosion corrosion, HttpApiOptions options) {
        this(corrosion, options, List.of());
    }

    /**
     * The API, and what extends it.
     *
     * @param corrosion stays open, also when this is closed
     */
    public HttpApi(Corrosion corrosion, HttpApiOptions options, List<ApiExtension> extensions) {
        this.extensions = List.copyOf(extensions);
        limits = options.limits();
        authorization = new Authorization(options.tokens());
        workers = new Workers(limits.requests());
        requests = new Gate(limits.requests(), "max concurrency limit reached");
        Gate slow = new Gate(MAX_SLOW, "max concurrency limit reached");
        Gate streams =
                new Gate(limits.streams(), "there are already " + limits.streams() + " subscriptions and updates");
        DataSource database = corrosion.dataSource(DataSourceOptions.defaults().withWaitTimeout(WAIT_FOR_READER));
        ReadAccess access = new ReadAccess(corrosion, database);
        subscriptions = new Subscriptions(corrosion, access, workers, streams, options);
        updates = new Updates(corrosion, workers, streams);
        routes = Map.of(
                ROOT + "transactions",
                new Route("POST", requests, new Transactions(corrosion, workers, limits)::handle),
                ROOT + "queries",
                new Route("POST", requests, new Queries(corrosion, database, access, workers, limits)::handle),
                SUBSCRIPTIONS,
                new Route("POST", requests, subscriptions::subscribe),
                ROOT + "health",
                new Route("GET", slow, new Health(corrosion, workers)::handle),
                ROOT + "table_stats",
                new Route("POST", slow, new TableStats(corrosion, workers, limits)::handle));
    }

    /** Whether each request needs a token. */
    public boolean requiresToken() {
        return authorization.requiresToken();
    }

    /**
     * Answers a request. Never an error: whatever goes wrong is an answer too. The body of the request may be left unread, if
     * the answer does not depend on it.
     */
    public Mono<ApiResponse> handle(ApiRequest request) {
        return Mono.defer(() -> {
                    Caller caller = authorization.caller(request);
                    Route route = route(request.method(), request.path());
                    if (!route.method().equals(request.method())) {
                        throw ApiException.methodNotAllowed(route.method());
                    }
                    Gate.Place place = route.gate().enter();
                    return route.endpoint().apply(request, caller).doFinally(signal -> place.close());
                })
                .onErrorResume(e -> Mono.just(Responses.error(answer(request, e))));
    }

    private Route route(String method, String path) {
        Route known = routes.get(path);
        if (known != null) {
            return known;
        }
        String[] parts = path.split("/", -1);
        boolean deeper = parts.length == 4 && !parts[3].isEmpty();
        if (deeper && path.startsWith(SUBSCRIPTIONS + "/")) {
            return new Route("GET", requests, (request, caller) -> subscriptions.resume(request, caller, parts[3]));
        }
        if (deeper && path.startsWith(UPDATES)) {
            return new Route("POST", requests, (request, caller) -> updates.follow(caller, parts[3]));
        }
        for (ApiExtension extension : extensions) {
            if (extension.roots().stream().anyMatch(path::startsWith)) {
                return new Route(method, requests, (request, caller) -> extended(extension, request, caller));
            }
        }
        throw ApiException.notFound("there is no " + path);
    }

    private Mono<ApiResponse> extended(ApiExtension extension, ApiRequest request, Caller caller) {
        return request.body(limits.bodyBytes())
                .flatMap(body -> workers.call(() -> extension.answer(
                        new ApiExtension.Call(request.method(), request.path(), request.query(), body, caller))))
                .onErrorMap(
                        IllegalArgumentException.class,
                        e -> new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e));
    }

    private static ApiException answer(ApiRequest request, Throwable e) {
        if (e instanceof ApiException known) {
            return known;
        }
        if (e instanceof RequestBodyException body) {
            String reason = String.valueOf(e.getMessage());
            return body.status() == ApiException.UNAVAILABLE
                    ? ApiException.overloaded(reason)
                    : new ApiException(body.status(), reason, e);
        }
        if (e instanceof OverloadedException) {
            return ApiException.overloaded(String.valueOf(e.getMessage()));
        }
        if (e instanceof CorrosionException) {
            return new ApiException(ApiException.FAILED, String.valueOf(e.getMessage()), e);
        }
        log.error("{} {} failed", request.method(), request.path(), e);
        return new ApiException(ApiException.FAILED, "internal error; it is in the log of the server", e);
    }

    /** Lets what was begun end, for a few seconds. The streams are ended by the servers that serve them, before. */
    @Override
    public void close() {
        workers.close();
    }
}
