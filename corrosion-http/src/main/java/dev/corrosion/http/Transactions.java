package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.WriteException;
import dev.corrosion.WriteResult;
import dev.corrosion.http.AccessToken.Scope;
import dev.corrosion.store.OverloadedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** {@code POST /v1/transactions}: statements that become one atomic transaction. */
final class Transactions implements Endpoint {

    /** SQLite's code for a statement that it does not understand, or cannot evaluate. */
    private static final int SQLITE_ERROR = 1;

    private final Corrosion corrosion;
    private final Workers workers;
    private final HttpApiLimits limits;

    Transactions(Corrosion corrosion, Workers workers, HttpApiLimits limits) {
        this.corrosion = corrosion;
        this.workers = workers;
        this.limits = limits;
    }

    @Override
    public Mono<ApiResponse> handle(ApiRequest request, Caller caller) {
        caller.require(Scope.WRITE);
        Parameters.requireJson(request);
        Duration timeout = Parameters.timeout(request);
        return request.body(limits.bodyBytes())
                .map(body -> StatementReader.many(body, limits.statements()))
                .flatMap(statements -> {
                    statements.forEach(statement -> WriteAccess.require(caller, statement));
                    Mono<ApiResponse> answer = workers.call(() -> write(statements))
                            .onErrorResume(CorrosionException.class, e -> failed(e, statements));
                    return timeout == null || timeout.isZero() ? answer : within(timeout, answer);
                });
    }

    private ApiResponse write(List<Statement> statements) {
        long start = System.nanoTime();
        WriteResult result = corrosion.write(statements.toArray(Statement[]::new));
        double seconds = JsonLines.seconds(Duration.ofNanos(System.nanoTime() - start));
        return Responses.json(200, json -> {
            json.writeArrayPropertyStart("results");
            for (long rows : result.rowsAffectedBy()) {
                json.writeStartObject();
                json.writeNumberProperty("rows_affected", rows);
                json.writeNumberProperty("time", seconds);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberProperty("time", seconds);
            if (result.version() == 0) {
                json.writeNullProperty("version");
            } else {
                json.writeNumberProperty("version", result.version());
            }
            json.writeStringProperty("actor_id", result.actorId().toString());
        });
    }

    /** The node has a limit of its own, {@code CorrosionOptions.writeTimeout}; only that can take a write back. */
    private Mono<ApiResponse> within(Duration timeout, Mono<ApiResponse> answer) {
        return answer.timeout(timeout)
                .onErrorResume(
                        TimeoutException.class,
                        e -> Mono.just(failure(
                                ApiException.FAILED,
                                "not done within " + timeout.toSeconds()
                                        + " s, the timeout of the request; it may still be done: look before it is"
                                        + " sent again")));
    }

    private Mono<ApiResponse> failed(CorrosionException e, List<Statement> statements) {
        if (e instanceof OverloadedException) {
            return Mono.error(ApiException.overloaded(String.valueOf(e.getMessage())));
        }
        boolean bad = e instanceof WriteException && isTheClientsFault(e.getCause());
        return Mono.just(failure(bad ? ApiException.BAD_REQUEST : ApiException.FAILED, message(e, statements)));
    }

    /** What is refused before SQLite sees it is no statement that may run here, or has parameters that do not fit. */
    private static boolean isTheClientsFault(@Nullable Throwable cause) {
        return cause instanceof SQLException sql
                ? (sql.getErrorCode() & 0xff) == SQLITE_ERROR
                : cause instanceof CorrosionException || cause instanceof IllegalArgumentException;
    }

    private static String message(CorrosionException e, List<Statement> statements) {
        String message = String.valueOf(e.getMessage());
        if (!(e instanceof WriteException write)
                || write.statementIndex() < 0
                || !(write.getCause() instanceof SQLException sql)) {
            return message;
        }
        String place = SqlPlace.before(statements.get(write.statementIndex()).sql(), String.valueOf(sql.getMessage()));
        int start = statements.size() == 1 ? 0 : message.indexOf(": ") + 2; // behind "statement 1 of 2: "
        return message.substring(0, start) + place + message.substring(start);
    }

    private ApiResponse failure(int status, String message) {
        return Responses.json(status, json -> {
            json.writeArrayPropertyStart("results");
            json.writeStartObject();
            json.writeStringProperty("error", message);
            json.writeEndObject();
            json.writeEndArray();
            json.writeNumberProperty("time", 0.0);
            json.writeNullProperty("version");
            json.writeStringProperty("actor_id", corrosion.actorId().toString());
        });
    }
}
