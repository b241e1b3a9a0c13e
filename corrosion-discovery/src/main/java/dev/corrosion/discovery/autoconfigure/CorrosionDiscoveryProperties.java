package dev.corrosion.discovery.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of discovery. Those of registration have the same prefix, see {@link CorrosionRegistrationProperties}.
 *
 * @param enabled Whether to discover services through Corrosion.
 * @param order Order among all discovery clients; the first that knows a service answers.
 * @param reapAfter How long a node is gone before others remove its rows.
 */
@ConfigurationProperties("corrosion.discovery")
public record CorrosionDiscoveryProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0") int order,
        @DefaultValue("5m") Duration reapAfter) {}
