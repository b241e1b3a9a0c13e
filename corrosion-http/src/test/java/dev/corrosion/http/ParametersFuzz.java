package dev.corrosion.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A query string, a line feed, and the type of the body: what is read of each parameter that there is. */
public final class ParametersFuzz {

    private static final List<String> NUMBERS = List.of("from", "gaps", "max_queue", "queue_size", "failure_status");
    private static final Duration LONGEST = Duration.ofDays(365);

    private ParametersFuzz() {}

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        Map<String, String> query = new LinkedHashMap<>();
        try {
            new QueryStringDecoder(end < 0 ? text : text.substring(0, end), false)
                    .parameters()
                    .forEach((name, values) -> query.put(name, values.get(0)));
        } catch (IllegalArgumentException e) {
            return; // as the server does before it asks for any
        }
        Asked request = new Asked(query, end < 0 ? null : text.substring(end + 1));
        for (String name : NUMBERS) {
            Long number = read(() -> Parameters.number(request, name));
            require(number == null || number >= 0, name + " is negative: " + number);
        }
        Double lag = read(() -> Parameters.real(request, "p99_lag"));
        require(lag == null || (Double.isFinite(lag) && lag >= 0), "no number of seconds: " + lag);
        Duration timeout = read(() -> Parameters.timeout(request));
        require(
                timeout == null || (!timeout.isNegative() && timeout.compareTo(LONGEST) <= 0),
                "no time to wait: " + timeout);
        read(() -> Parameters.flag(request, "skip_rows"));
        read(() -> {
            Parameters.requireJson(request);
            return true;
        });
    }

    private static <T> @Nullable T read(Supplier<@Nullable T> parameter) {
        try {
            return parameter.get();
        } catch (ApiException e) {
            boolean known = e.status() == ApiException.BAD_REQUEST || e.status() == ApiException.UNSUPPORTED_MEDIA_TYPE;
            require(known && !e.reason().isBlank(), "not an explanation: " + e.status() + " " + e.reason());
            return null;
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    private record Asked(
            Map<String, String> query, @Nullable String type) implements ApiRequest {

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String path() {
            return "/v1/subscriptions";
        }

        @Override
        public @Nullable String header(String name) {
            return name.equals("content-type") ? type : null;
        }

        @Override
        public boolean isTrusted() {
            return true;
        }

        @Override
        public Mono<byte[]> body(long maxBytes) {
            return Mono.empty();
        }
    }
}
