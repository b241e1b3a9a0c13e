package dev.corrosion.discovery.autoconfigure;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of discovery and registration.
 *
 * @param enabled Whether to discover services through Corrosion.
 * @param register Whether to register this application.
 * @param serviceName Name to register. Default: spring.application.name.
 * @param hostname Where callers reach this application. Default: server.address, else the address of the node, else the
 *     first address of the machine that is not loopback.
 * @param port Port to register. Default: the port of the web server, or 0 if there is none.
 * @param scheme Scheme to register. Default: https if server.ssl is configured, else http.
 * @param metadata Metadata to register, for example zone or weight.
 * @param order Order among all discovery clients; the first that knows a service answers.
 * @param deregisterDelay How long the application goes on serving after it was deregistered at shutdown, so that callers
 *     have heard of it. Not waited if there is no other node.
 * @param reapAfter How long a node is gone before others remove its rows.
 */
@ConfigurationProperties("corrosion.discovery")
public record CorrosionDiscoveryProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean register,
        @Nullable String serviceName,
        @Nullable String hostname,
        @Nullable Integer port,
        @Nullable String scheme,
        @DefaultValue Map<String, String> metadata,
        @DefaultValue("0") int order,
        @DefaultValue("500ms") Duration deregisterDelay,
        @DefaultValue("5m") Duration reapAfter) {}
