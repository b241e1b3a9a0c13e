package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.DiscoveryOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of discovery. Those of registration have the same prefix, see {@link CorrosionRegistrationProperties}.
 *
 * @param enabled Whether to discover services through Corrosion.
 * @param order Order among all discovery clients; the first that knows a service answers.
 * @param namespace Namespace in which to discover and to register; applications see their own namespace only.
 * @param includeUnhealthy Whether instances that should not be called are handed out, too.
 * @param queryTags Tags that the instances of a service must have to be handed out, by service.
 * @param defaultQueryTags Tags that instances of all other services must have to be handed out.
 * @param zone Zone in which this application runs. Default: spring.cloud.loadbalancer.zone.
 * @param reapAfter How long a node is gone before others remove its rows.
 * @param loadbalancer How Spring Cloud LoadBalancer gets its instances.
 * @param agent Registration of services that are not on the JVM.
 * @param configServer Looking for Config Servers before there is a context.
 */
@ConfigurationProperties("corrosion.discovery")
public record CorrosionDiscoveryProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0") int order,
        @DefaultValue("default") String namespace,
        @DefaultValue("false") boolean includeUnhealthy,
        @DefaultValue Map<String, List<String>> queryTags,
        @DefaultValue List<String> defaultQueryTags,
        @Nullable String zone,
        @DefaultValue("5m") Duration reapAfter,
        @DefaultValue Loadbalancer loadbalancer,
        @DefaultValue Agent agent,
        @DefaultValue ConfigServer configServer) {

    /** What is seen of the catalogue. */
    DiscoveryOptions options() {
        return DiscoveryOptions.of(namespace, includeUnhealthy, defaultQueryTags, queryTags);
    }

    /**
     * How Spring Cloud LoadBalancer gets its instances.
     *
     * @param writeThrough Whether changes are written to its cache. If not, what changed is dropped from it.
     * @param direct Whether it asks the catalogue for each call, without a cache.
     */
    public record Loadbalancer(
            @DefaultValue("true") boolean writeThrough,
            @DefaultValue("false") boolean direct) {}

    /**
     * Registration of services that are not on the JVM.
     *
     * @param enabled Whether others may register over the node's HTTP API, where that is on.
     */
    public record Agent(@DefaultValue("true") boolean enabled) {}

    /**
     * Looking for Config Servers before there is a context.
     *
     * @param timeout How long a node that knows no Config Server waits for a peer that does.
     */
    public record ConfigServer(@DefaultValue("10s") Duration timeout) {}
}
