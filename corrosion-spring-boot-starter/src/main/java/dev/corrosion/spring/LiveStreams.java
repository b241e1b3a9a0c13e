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
    private boolean stopped;

    /** The stream, completed when the application begins to stop if it has not ended before. */
    public <T> Flux<T> untilStop(Flux<T> stream) {
        return stream.takeUntilOther(Mono.defer(() -> stop.asMono()));
    }

    @Override
    public void start() {
        if (stopped) {
            // Streams from before the first start keep the first sink: they, too, end at the stop.
            stop = Sinks.empty();
            stopped = false;
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        stopped = true;
        stop.tryEmitEmpty().orThrow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
