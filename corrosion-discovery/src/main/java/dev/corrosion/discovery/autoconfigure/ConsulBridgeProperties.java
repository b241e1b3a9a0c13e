package dev.corrosion.discovery.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties for those who come from Consul.
 *
 * @param properties Whether to take spring.cloud.consul.discovery.* for corrosion.discovery.* where that is not set.
 * @param bridge Copying of a Consul agent's services.
 */
@ConfigurationProperties("corrosion.discovery.consul")
public record ConsulBridgeProperties(
        @DefaultValue("false") boolean properties,
        @DefaultValue Bridge bridge) {

    /**
     * Copying of a Consul agent's services.
     *
     * @param url URL of the agent, such as http://localhost:8500. Without it, nothing is copied.
     * @param token Token of Consul's ACLs, which may read the agent's services and checks.
     * @param interval How often to ask the agent.
     * @param timeout How long to wait for an answer of the agent.
     * @param exclude Names of services that are not copied.
     */
    public record Bridge(
            @Nullable URI url,
            @Nullable String token,
            @DefaultValue("1s") Duration interval,
            @DefaultValue("5s") Duration timeout,
            @DefaultValue("consul") Set<String> exclude) {}
}
