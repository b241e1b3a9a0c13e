package dev.corrosion.http.server;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where and how to listen. Immutable.
 *
 * @param host name or address to bind
 * @param port to bind, 0 for any
 * @param tls makes the context of each new connection, with ALPN for h2 and http/1.1, so that it may change; null for none
 * @param requiresCertificate whether it refuses clients without a certificate that it trusts; then these need no token
 * @param maxConnections further ones are closed at once
 * @param maxHeaderBytes size of a request's headers, and of its first line
 * @param requestTimeout how long a client may take to send a request, or to take a piece of an answer
 * @param idleTimeout how long a connection is kept on which nothing is asked
 */
public record HttpServerOptions(
        String host,
        int port,
        @Nullable Supplier<SslContext> tls,
        boolean requiresCertificate,
        int maxConnections,
        int maxHeaderBytes,
        Duration requestTimeout,
        Duration idleTimeout) {

    /** Smallest maximum of headers: a token has to fit, and what proxies add. */
    private static final int MIN_HEADER_BYTES = 1024;

    public HttpServerOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("the port must be from 0 to 65535: " + port);
        }
        if (maxConnections <= 0) {
            throw new IllegalArgumentException("the number of connections must be positive: " + maxConnections);
        }
        if (maxHeaderBytes < MIN_HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "headers need at least " + MIN_HEADER_BYTES + " bytes: " + maxHeaderBytes);
        }
        if (requestTimeout.toMillis() <= 0 || idleTimeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeouts must be positive: " + requestTimeout + " and " + idleTimeout);
        }
        if (requiresCertificate && tls == null) {
            throw new IllegalArgumentException("clients can show their certificates only where there is TLS");
        }
    }

    /** In clear text; 1024 connections, 16 KiB of headers, 30 s for a request, idle for 75 s. */
    public static HttpServerOptions of(String host, int port) {
        return new HttpServerOptions(
                host, port, null, false, 1024, 16 << 10, Duration.ofSeconds(30), Duration.ofSeconds(75));
    }

    public HttpServerOptions withTls(Supplier<SslContext> context, boolean clientCertificate) {
        return new HttpServerOptions(
                host, port, context, clientCertificate, maxConnections, maxHeaderBytes, requestTimeout, idleTimeout);
    }
}
