package dev.corrosion.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * What is answered.
 *
 * @param status of HTTP
 * @param headers names in lower case
 * @param body what follows; a {@link Stream} must be subscribed to, or abandoned, or it holds its resources for ever
 */
public record ApiResponse(int status, Map<String, String> headers, Body body) {

    public ApiResponse {
        headers = Map.copyOf(headers);
    }

    /** An answer that is one JSON text. */
    public static ApiResponse json(int status, String json) {
        return new ApiResponse(
                status,
                Map.of("content-type", "application/json", "cache-control", "no-store"),
                new Content(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** What follows the headers. */
    public sealed interface Body {}

    /** All of it. Not copied: nobody writes into the array. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Content(byte[] bytes) implements Body {}

    /**
     * One chunk after the other, as they come. Each should be flushed. An error means that the response is incomplete: the
     * connection, or its stream, is to be ended so that the client notices.
     *
     * @param endless whether it ends only when something goes wrong
     */
    public record Stream(Flux<byte[]> chunks, boolean endless) implements Body {

        /** For a server that cannot send it: frees what it holds. */
        public void abandon() {
            chunks.subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.cancel();
                }
            });
        }
    }
}
