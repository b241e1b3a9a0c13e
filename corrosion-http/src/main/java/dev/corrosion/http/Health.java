package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.http.AccessToken.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * {@code GET /v1/health}: whether the node does its work, and whether more is missing than the caller thinks right. A node that
 * is alone, or to which nothing happens, is healthy.
 */
final class Health implements Endpoint {

    private static final int MIN_STATUS = 200;
    private static final int MAX_STATUS = 599;

    private final Corrosion corrosion;
    private final Workers workers;

    Health(Corrosion corrosion, Workers workers) {
        this.corrosion = corrosion;
        this.workers = workers;
    }

    /** What the caller thinks right; null for anything. */
    private record Thresholds(@Nullable Long gaps, @Nullable Long queue, int failureStatus) {

        static Thresholds of(ApiRequest request) {
            Parameters.real(request, "p99_lag"); // must be a number; lag is not measured, so it exceeds nothing
            Parameters.number(request, "queue_size");
            Long status = Parameters.number(request, "failure_status");
            if (status != null && (status < MIN_STATUS || status > MAX_STATUS)) {
                throw ApiException.badRequest("the parameter failure_status must be a status of HTTP: " + status);
            }
            return new Thresholds(
                    Parameters.number(request, "gaps"),
                    Parameters.number(request, "max_queue"),
                    status == null ? ApiException.UNAVAILABLE : status.intValue());
        }
    }

    @Override
    public Mono<ApiResponse> handle(ApiRequest request, Caller caller) {
        caller.require(Scope.READ);
        Thresholds thresholds = Thresholds.of(request);
        return workers.call(() -> answer(corrosion.status(), thresholds));
    }

    private static ApiResponse answer(NodeStatus status, Thresholds allowed) {
        if (!status.problems().isEmpty()) {
            String problems = String.join("; ", status.problems());
            return Responses.json(allowed.failureStatus(), json -> json.writeStringProperty("error", problems));
        }
        long gaps = status.missingVersions();
        long waiting = status.versions().values().stream()
                .mapToLong(versions -> versions.partial().size())
                .sum();
        long members = status.members().stream()
                .filter(member -> member.state() == Member.State.ALIVE)
                .count();
        boolean well = (allowed.gaps() == null || gaps <= allowed.gaps())
                && (allowed.queue() == null || waiting <= allowed.queue());
        return Responses.json(well ? 200 : allowed.failureStatus(), json -> {
            json.writeObjectPropertyStart("response");
            json.writeNumberProperty("gaps", gaps);
            json.writeNumberProperty("members", members);
            json.writeNumberProperty("p99_lag", 0.0);
            json.writeNumberProperty("queue_size", waiting);
            json.writeEndObject();
        });
    }
}
