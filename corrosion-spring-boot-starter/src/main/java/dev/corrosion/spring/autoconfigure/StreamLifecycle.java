package dev.corrosion.spring.autoconfigure;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Ends live streams when the application begins to stop. In the first phase of the shutdown, that is before the web
 * server drains: a server-sent event stream counts as a running request and would hold the drain until it times out.
 */
final class StreamLifecycle implements SmartLifecycle {

    private volatile Sinks.Empty<Void> stop = Sinks.empty();
    private volatile boolean running;

    /** Completes when the application begins to stop; looked up for each subscriber, since a context may start again. */
    Mono<Void> stopped() {
        return Mono.defer(() -> stop.asMono());
    }

    @Override
    public void start() {
        stop = Sinks.empty();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        stop.tryEmitEmpty().orThrow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
