package dev.corrosion.http.server;

import dev.corrosion.http.ApiRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A request as Netty has read it. */
record NettyRequest(HttpRequest request, String path, Map<String, String> query, RequestBody content, boolean isTrusted)
        implements ApiRequest {

    /** Null if its path cannot be decoded. */
    static @Nullable NettyRequest parse(HttpRequest request, RequestBody body, HttpServerOptions options) {
        try {
            QueryStringDecoder uri = new QueryStringDecoder(request.uri());
            Map<String, String> query = new LinkedHashMap<>();
            uri.parameters().forEach((name, values) -> query.put(name, values.get(0)));
            return new NettyRequest(request, uri.path(), query, body, options.requiresCertificate());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public @Nullable String header(String name) {
        return request.headers().get(name);
    }

    @Override
    public Mono<byte[]> body(long maxBytes) {
        return content.read(maxBytes);
    }
}
