package dev.corrosion.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads what is in the query string and the headers. */
final class Parameters {

    /** The longest timeout; more is taken for this. */
    private static final long MAX_SECONDS = Duration.ofDays(365).toSeconds();

    private Parameters() {}

    /** Whole seconds; null if not given, zero for none. */
    static @Nullable Duration timeout(ApiRequest request) {
        Long seconds = number(request, "timeout");
        return seconds == null ? null : Duration.ofSeconds(Math.min(seconds, MAX_SECONDS));
    }

    /** Not negative; null if not given. */
    static @Nullable Long number(ApiRequest request, String name) {
        String text = request.query().get(name);
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // the same answer as for one that is negative
        }
        throw ApiException.badRequest("the parameter " + name + " must be a whole number, not negative: " + text);
    }

    /** Finite and not negative; null if not given. */
    static @Nullable Double real(ApiRequest request, String name) {
        String text = request.query().get(name);
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= Double.MAX_VALUE) {
                return value;
            }
        } catch (NumberFormatException e) {
            // the same answer as for one that is none of these
        }
        throw ApiException.badRequest("the parameter " + name + " must be a number, not negative: " + text);
    }

    static boolean flag(ApiRequest request, String name) {
        String text = request.query().getOrDefault(name, "false");
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0", "" -> false;
            default -> throw ApiException.badRequest("the parameter " + name + " must be true or false: " + text);
        };
    }

    /** Besides what it says, it keeps web pages of others out: they cannot send it without being allowed to. */
    static void requireJson(ApiRequest request) {
        String type = request.header("content-type");
        String plain = type == null ? "" : type.split(";", 2)[0].trim();
        if (!plain.equalsIgnoreCase("application/json")) {
            throw new ApiException(
                    ApiException.UNSUPPORTED_MEDIA_TYPE, "the body must be sent with Content-Type: application/json");
        }
    }
}
