package dev.corrosion.http.webflux;

import dev.corrosion.http.ApiResponse;
import dev.corrosion.http.HttpApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Serves the API below a path of a WebFlux application, whose filters, such as those of Spring Security, come before. When the
 * application stops, streams that have no end are ended first, by an error event, since its web server would wait for them.
 */
public final class WebFluxMount implements WebHandler, SmartLifecycle {

    /** When web servers begin to refuse requests and wait for those that they have. */
    private static final int GRACEFUL_SHUTDOWN_PHASE = DEFAULT_PHASE - 1024;

    /** The last line of a stream that could have gone on. */
    private static final byte[] STOPPING =
            "{\"error\":\"the application stops; subscribe again\"}\n".getBytes(StandardCharsets.UTF_8);

    private final HttpApi api;
    private final String basePath;
    private final boolean secured;
    private final Duration requestTimeout;
    private volatile Sinks.Empty<byte[]> stopping = Sinks.empty();
    private volatile boolean running;

    /**
     * A mount of an API.
     *
     * @param basePath begins with a slash and does not end with one
     * @param secured whether the application makes sure who its clients are
     * @param requestTimeout how long a client may take to send a body
     */
    public WebFluxMount(HttpApi api, String basePath, boolean secured, Duration requestTimeout) {
        this.api = api;
        this.basePath = basePath;
        this.secured = secured;
        this.requestTimeout = requestTimeout;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return api.handle(new WebFluxRequest(exchange.getRequest(), basePath, secured, requestTimeout))
                .flatMap(response -> write(exchange.getResponse(), response));
    }

    private Mono<Void> write(ServerHttpResponse to, ApiResponse response) {
        to.setStatusCode(HttpStatusCode.valueOf(response.status()));
        response.headers().forEach(to.getHeaders()::set);
        if (response.body() instanceof ApiResponse.Content content) {
            to.getHeaders().setContentLength(content.bytes().length);
            return to.writeWith(Mono.fromSupplier(() -> to.bufferFactory().wrap(content.bytes())));
        }
        return stream(to, (ApiResponse.Stream) response.body());
    }

    private Mono<Void> stream(ServerHttpResponse to, ApiResponse.Stream stream) {
        AtomicBoolean sent = new AtomicBoolean();
        Flux<byte[]> chunks = stream.chunks().doOnSubscribe(subscription -> sent.set(true));
        Flux<Mono<DataBuffer>> buffers = (stream.endless() ? untilStopped(chunks) : chunks)
                .map(bytes -> Mono.fromSupplier(() -> to.bufferFactory().wrap(bytes)));
        return to.writeAndFlushWith(buffers).doFinally(signal -> {
            if (!sent.get()) {
                stream.abandon();
            }
        });
    }

    /** To break the connection off would be an error in the log of the web server, for each of them. */
    private Flux<byte[]> untilStopped(Flux<byte[]> chunks) {
        return chunks.takeUntilOther(stopping.asMono())
                .concatWith(Mono.defer(() -> running ? Mono.empty() : Mono.just(STOPPING.clone())));
    }

    @Override
    public void start() {
        stopping = Sinks.empty();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        stopping.tryEmitEmpty();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return GRACEFUL_SHUTDOWN_PHASE + 1;
    }
}
