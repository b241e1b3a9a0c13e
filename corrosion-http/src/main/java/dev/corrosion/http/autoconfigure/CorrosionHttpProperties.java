package dev.corrosion.http.autoconfigure;

import dev.corrosion.CorrosionException;
import dev.corrosion.http.AccessToken;
import dev.corrosion.http.HttpApiLimits;
import dev.corrosion.http.HttpApiOptions;
import dev.corrosion.http.server.HttpServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the HTTP API. Without a port and a base path there is none.
 *
 * @param port TCP port of its own to serve the API on, 0 for any.
 * @param host Address to bind that port to. Others than loopback need tokens or client certificates.
 * @param ssl TLS of that port.
 * @param basePath Path below which the API is served by the application's own WebFlux server.
 * @param tokens Who may use the API. If there is any, each request needs one.
 * @param durableSubscriptions Whether subscriptions can be come back to after the node was restarted or has crashed.
 * @param limits What requests may take.
 */
@ConfigurationProperties("corrosion.http")
public record CorrosionHttpProperties(
        @Nullable Integer port,
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue Ssl ssl,
        @Nullable String basePath,
        @DefaultValue List<Token> tokens,
        @DefaultValue("true") boolean durableSubscriptions,
        @DefaultValue Limits limits) {

    /**
     * TLS of the port.
     *
     * @param bundle Name of the SSL bundle. Default: no TLS.
     * @param clientAuth Whether clients have to show a certificate that the bundle trusts; such clients need no token.
     */
    public record Ssl(
            @Nullable String bundle, @DefaultValue("none") ClientAuth clientAuth) {}

    /** Whether clients have to show a certificate. */
    public enum ClientAuth {
        NONE,
        NEED
    }

    /**
     * Who may use the API.
     *
     * @param name What people call it.
     * @param token The secret, at least 16 characters, sent as a bearer token.
     * @param scopes What it may do.
     * @param tables The only tables that it may do that with. Default: all.
     */
    public record Token(
            String name,
            String token,
            @DefaultValue("read") Set<AccessToken.Scope> scopes,
            @DefaultValue Set<String> tables) {

        /** Never shows the secret. */
        @Override
        public String toString() {
            return "Token[name=" + name + ", scopes=" + scopes + ", tables=" + tables + "]";
        }
    }

    /**
     * What requests may take.
     *
     * @param maxBodySize Size of a request's body.
     * @param maxStatements Statements of one transaction.
     * @param maxRequests Requests that are worked on at a time; further ones are answered with 503.
     * @param maxStreams Subscriptions and updates that are open at a time; further ones are answered with 503.
     * @param maxRows Rows of a query's result.
     * @param queryTimeout How long a query may take if the request says nothing else.
     * @param maxConnections Connections to the port of its own; further ones are closed.
     * @param maxHeaderSize Size of a request's headers, on the port of its own.
     * @param requestTimeout How long a client may take to send a request, or to take a piece of an answer.
     * @param idleTimeout How long a connection to the port of its own is kept on which nothing is asked.
     */
    public record Limits(
            @DefaultValue("8MB") DataSize maxBodySize,
            @DefaultValue("10000") int maxStatements,
            @DefaultValue("128") int maxRequests,
            @DefaultValue("1000") int maxStreams,
            @DefaultValue("10000000") long maxRows,
            @DefaultValue("60s") Duration queryTimeout,
            @DefaultValue("1024") int maxConnections,
            @DefaultValue("16KB") DataSize maxHeaderSize,
            @DefaultValue("30s") Duration requestTimeout,
            @DefaultValue("75s") Duration idleTimeout) {}

    HttpApiOptions apiOptions() {
        try {
            return new HttpApiOptions(
                    tokens.stream()
                            .map(token -> new AccessToken(token.name(), token.token(), token.scopes(), token.tables()))
                            .toList(),
                    durableSubscriptions,
                    new HttpApiLimits(
                            limits.maxBodySize().toBytes(),
                            limits.maxStatements(),
                            limits.maxRequests(),
                            limits.maxStreams(),
                            limits.maxRows(),
                            limits.queryTimeout()));
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    HttpServerOptions serverOptions(@Nullable ServerTls tls) {
        try {
            return new HttpServerOptions(
                    host,
                    port == null ? 0 : port,
                    tls,
                    ssl.clientAuth() == ClientAuth.NEED,
                    limits.maxConnections(),
                    Math.toIntExact(limits.maxHeaderSize().toBytes()),
                    limits.requestTimeout(),
                    limits.idleTimeout());
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private static CorrosionException wrong(IllegalArgumentException e) {
        return new CorrosionException("the corrosion.http.* properties are wrong: " + e.getMessage(), e);
    }
}
