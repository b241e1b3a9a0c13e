package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /v1/queries}: the rows of a query, once. */
final class Queries implements Endpoint {

    private final Corrosion corrosion;
    private final DataSource database;
    private final ReadAccess access;
    private final Workers workers;
    private final HttpApiLimits limits;
    private final Gate results;

    Queries(Corrosion corrosion, DataSource database, ReadAccess access, Workers workers, HttpApiLimits limits) {
        this.corrosion = corrosion;
        this.database = database;
        this.access = access;
        this.workers = workers;
        this.limits = limits;
        this.results = new Gate(limits.requests(), "too many results of queries are being read");
    }

    @Override
    public Mono<ApiResponse> handle(ApiRequest request, Caller caller) {
        caller.require(AccessToken.Scope.READ);
        Parameters.requireJson(request);
        Duration asked = Parameters.timeout(request);
        Duration timeout = asked == null ? limits.queryTimeout() : asked;
        return request.body(limits.bodyBytes())
                .map(StatementReader::one)
                .flatMap(query -> result(caller, query, timeout));
    }

    /** Has a place until all is read, since until then there is something in memory, and perhaps a reader of the database. */
    private Mono<ApiResponse> result(Caller caller, Statement query, Duration timeout) {
        return Mono.defer(() -> {
            Gate.Place place = results.enter();
            return workers.call(() -> open(caller, query, timeout))
                    .map(result -> Responses.lines(Map.of(), lines(result).doFinally(signal -> place.close())))
                    .doOnDiscard(QueryResult.class, QueryResult::close)
                    .doOnError(e -> place.close())
                    .doOnCancel(place::close);
        });
    }

    private QueryResult open(Caller caller, Statement query, Duration timeout) {
        access.require(caller, query);
        try {
            return QueryResult.open(database, BoundQuery.of(query), timeout, limits.rows());
        } catch (SQLException e) {
            throw SqlFailures.of(e, corrosion, query);
        }
    }

    private Flux<byte[]> lines(QueryResult result) {
        return Flux.<byte[], QueryResult>generate(
                        () -> result,
                        (state, sink) -> {
                            byte[] piece = state.next();
                            if (piece == null) {
                                sink.complete();
                            } else {
                                sink.next(piece);
                            }
                            return state;
                        },
                        state -> workers.release(state::close))
                .doOnCancel(result::cancel)
                .subscribeOn(workers.scheduler(), true);
    }
}
