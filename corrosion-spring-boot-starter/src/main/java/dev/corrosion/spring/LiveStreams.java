package dev.corrosion.spring;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Ends live streams when the application begins to stop. In the first phase of the shutdown, that is before the web
 * server drains: a stream of server-sent events counts as a running request and would hold the drain until its timeout.
 *
 * <p>A context may stop and start again; streams subscribed to after that live until its next stop.
 */
public final class LiveStreams implements SmartLifecycle {

    private volatile Sinks.Empty<Void> stop = Sinks.empty();
    private volatile boolean running;

    /** The stream, completed when the application begins to stop if it has not ended before. */
    public <T> Flux<T> untilStop(Flux<T> stream) {
        return stream.takeUntilOther(Mono.defer(() -> stop.asMono()));
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
