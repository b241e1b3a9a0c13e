package dev.corrosion.http.autoconfigure;

import dev.corrosion.http.HttpApi;
import dev.corrosion.http.server.HttpServer;
import dev.corrosion.http.server.HttpServerOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** The port of its own, open as long as the web server of an application would be. */
public final class HttpServerLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(HttpServerLifecycle.class);

    /** When web servers begin to refuse requests: after this instance was taken out of discovery. */
    private static final int GRACEFUL_SHUTDOWN_PHASE = DEFAULT_PHASE - 1024;

    private final HttpApi api;
    private final HttpServerOptions options;
    private @Nullable HttpServer server;

    HttpServerLifecycle(HttpApi api, HttpServerOptions options) {
        this.api = api;
        this.options = options;
    }

    @Override
    public synchronized void start() {
        if (server == null) {
            HttpServer started = HttpServer.start(api, options);
            server = started;
            String scheme = options.tls() == null ? "http" : "https";
            log.info(
                    "Corrosion HTTP API at {}://{}:{}/v1",
                    scheme,
                    options.host(),
                    started.address().getPort());
            if (options.tls() == null && !started.address().getAddress().isLoopbackAddress()) {
                log.warn("the HTTP API is in clear text, so tokens can be read on their way:"
                        + " set corrosion.http.ssl.bundle, unless the network is trusted");
            }
        }
    }

    @Override
    public synchronized void stop() {
        HttpServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return server != null;
    }

    /**
     * The port that it listens on.
     *
     * @throws IllegalStateException if it is not running
     */
    public synchronized int port() {
        if (server == null) {
            throw new IllegalStateException("the HTTP API is not running");
        }
        return server.address().getPort();
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return GRACEFUL_SHUTDOWN_PHASE;
    }
}
