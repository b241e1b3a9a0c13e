package dev.corrosion.http;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import tools.jackson.core.JsonGenerator;

/** The forms of answers that there are. */
final class Responses {

    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";

    private Responses() {}

    static ApiResponse json(int status, Consumer<JsonGenerator> properties) {
        return json(status, Map.of(), properties);
    }

    static ApiResponse error(ApiException e) {
        return json(e.status(), e.headers(), json -> json.writeStringProperty("error", e.reason()));
    }

    /** Lines that have an end. */
    static ApiResponse lines(Map<String, String> headers, Flux<byte[]> lines) {
        return new ApiResponse(200, with(headers, LINES), new ApiResponse.Stream(lines, false));
    }

    /** Lines that go on for as long as the client wants. */
    static ApiResponse events(Map<String, String> headers, Flux<byte[]> lines) {
        return new ApiResponse(200, with(headers, LINES), new ApiResponse.Stream(Coalescing.of(lines), true));
    }

    private static ApiResponse json(int status, Map<String, String> headers, Consumer<JsonGenerator> properties) {
        return new ApiResponse(status, with(headers, JSON), new ApiResponse.Content(JsonLines.object(properties)));
    }

    private static Map<String, String> with(Map<String, String> headers, String type) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("content-type", type);
        all.put("cache-control", "no-store");
        return all;
    }
}
