package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeActivity;
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

    /** The queue of what others have written. */
    private static final String APPLY_QUEUE = "apply";

    private static final double NANOS_PER_SECOND = 1e9;

    private final Corrosion corrosion;
    private final Workers workers;

    Health(Corrosion corrosion, Workers workers) {
        this.corrosion = corrosion;
        this.workers = workers;
    }

    /**
     * What the caller thinks right; null for anything.
     *
     * @param lag in seconds
     * @param queueWithLag only above this a lag that is too large is a failure
     */
    private record Thresholds(
            @Nullable Long gaps,
            @Nullable Long queue,
            @Nullable Double lag,
            @Nullable Long queueWithLag,
            int failureStatus) {

        static Thresholds of(ApiRequest request) {
            Long status = Parameters.number(request, "failure_status");
            if (status != null && (status < MIN_STATUS || status > MAX_STATUS)) {
                throw ApiException.badRequest("the parameter failure_status must be a status of HTTP: " + status);
            }
            return new Thresholds(
                    Parameters.number(request, "gaps"),
                    Parameters.number(request, "max_queue"),
                    Parameters.real(request, "p99_lag"),
                    Parameters.number(request, "queue_size"),
                    status == null ? ApiException.UNAVAILABLE : status.intValue());
        }

        boolean allow(long missing, long waiting, double seconds) {
            boolean slow = lag != null && seconds > lag && (queueWithLag == null || waiting > queueWithLag);
            return (gaps == null || missing <= gaps) && (queue == null || waiting <= queue) && !slow;
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
        long waiting = status.activity().queues().stream()
                .filter(queue -> queue.name().equals(APPLY_QUEUE))
                .mapToLong(NodeActivity.Queue::length)
                .sum();
        double lag = status.activity().replicationLag().toNanos() / NANOS_PER_SECOND;
        long members = status.members().stream()
                .filter(member -> member.state() == Member.State.ALIVE)
                .count();
        boolean well = allowed.allow(gaps, waiting, lag);
        return Responses.json(well ? 200 : allowed.failureStatus(), json -> {
            json.writeObjectPropertyStart("response");
            json.writeNumberProperty("gaps", gaps);
            json.writeNumberProperty("members", members);
            json.writeNumberProperty("p99_lag", lag);
            json.writeNumberProperty("queue_size", waiting);
            json.writeEndObject();
        });
    }
}
