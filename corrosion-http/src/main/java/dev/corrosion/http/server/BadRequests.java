package dev.corrosion.http.server;

import dev.corrosion.http.ApiResponse;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers to what is no request. */
final class BadRequests {

    private static final int BAD_REQUEST = 400;
    private static final int URI_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;

    private BadRequests() {}

    /** @param cause why it could not be read; null if its path could not */
    static ApiResponse answer(@Nullable Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return answer(URI_TOO_LONG, "the first line of the request is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return answer(HEADERS_TOO_LARGE, "the headers of the request are too large");
        }
        return answer(BAD_REQUEST, cause == null ? "the path of the request is malformed" : "not a request of HTTP");
    }

    private static ApiResponse answer(int status, String message) {
        byte[] body = ("{\"error\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8);
        return new ApiResponse(status, Map.of("content-type", "application/json"), new ApiResponse.Content(body));
    }
}
