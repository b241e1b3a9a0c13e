package dev.corrosion.http.webflux;

import dev.corrosion.http.ApiRequest;
import dev.corrosion.http.RequestBodyException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;

/** A request as WebFlux has read it. */
record WebFluxRequest(ServerHttpRequest request, String basePath, boolean isTrusted, Duration timeout)
        implements ApiRequest {

    @Override
    public String method() {
        return request.getMethod().name();
    }

    @Override
    public String path() {
        String path = request.getPath().pathWithinApplication().value();
        return UriUtils.decode(path.substring(basePath.length()), StandardCharsets.UTF_8);
    }

    @Override
    public Map<String, String> query() {
        return request.getQueryParams().toSingleValueMap();
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeaders().getFirst(name);
    }

    @Override
    public Mono<byte[]> body(long maxBytes) {
        return DataBufferUtils.join(request.getBody(), (int) Math.min(maxBytes, Integer.MAX_VALUE))
                .map(WebFluxRequest::bytes)
                .defaultIfEmpty(new byte[0])
                .timeout(timeout)
                .onErrorMap(DataBufferLimitException.class, e -> RequestBodyException.tooLarge(maxBytes))
                .onErrorMap(TimeoutException.class, e -> RequestBodyException.incomplete());
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
