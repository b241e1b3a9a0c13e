package dev.corrosion.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request cannot be served; becomes a response. */
public final class ApiException extends RuntimeException {

    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int UNSUPPORTED_MEDIA_TYPE = 415;
    static final int MISDIRECTED = 421;
    static final int FAILED = 500;
    static final int UNAVAILABLE = 503;

    /** Seconds after which another try makes sense. */
    private static final String RETRY_AFTER = "1";

    private final int status;
    private final Map<String, String> headers;

    private ApiException(int status, Map<String, String> headers, String message, @Nullable Throwable cause) {
        // without a stack trace: it is an answer, and may be asked for often
        super(message, cause, false, false);
        this.status = status;
        this.headers = headers;
    }

    ApiException(int status, String message) {
        this(status, Map.of(), message, null);
    }

    ApiException(int status, String message, Throwable cause) {
        this(status, Map.of(), message, cause);
    }

    /** The request cannot be understood. */
    public static ApiException badRequest(String message) {
        return new ApiException(BAD_REQUEST, message);
    }

    static ApiException unauthorized(String message) {
        return new ApiException(UNAUTHORIZED, Map.of("www-authenticate", "Bearer"), message, null);
    }

    static ApiException forbidden(String message) {
        return new ApiException(FORBIDDEN, message);
    }

    /** There is nothing under this path. */
    public static ApiException notFound(String message) {
        return new ApiException(NOT_FOUND, message);
    }

    /** The path has other methods. */
    public static ApiException methodNotAllowed(String allowed) {
        return new ApiException(
                METHOD_NOT_ALLOWED, Map.of("allow", allowed), "only " + allowed + " is allowed here", null);
    }

    static ApiException overloaded(String message) {
        return new ApiException(UNAVAILABLE, Map.of("retry-after", RETRY_AFTER), message, null);
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
