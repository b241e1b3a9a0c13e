package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.discovery.consul.ConsulBridge;
import dev.corrosion.discovery.foreign.ForeignMirror;
import java.net.URI;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Copies a Consul agent's services, if it is said where one is. */
@AutoConfiguration(after = CorrosionDiscoveryAutoConfiguration.class)
@ConditionalOnCorrosionDiscoveryEnabled
@EnableConfigurationProperties(ConsulBridgeProperties.class)
public final class ConsulBridgeAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("corrosion.discovery.consul.bridge.url")
    ConsulBridge corrosionConsulBridge(
            Corrosion corrosion, ConsulBridgeProperties properties, Environment environment) {
        ConsulBridgeProperties.Bridge bridge = properties.bridge();
        URI url = bridge.url();
        if (url == null
                || url.getHost() == null
                || !String.valueOf(url.getScheme()).startsWith("http")) {
            throw new CorrosionException("corrosion.discovery.consul.bridge.url is '" + url
                    + "', but must be the URL of a Consul agent, such as http://localhost:8500");
        }
        return new ConsulBridge(
                new ConsulBridge.Settings(
                        url,
                        bridge.token(),
                        bridge.interval(),
                        bridge.timeout(),
                        bridge.exclude(),
                        environment.getProperty("corrosion.discovery.namespace", "default")),
                new ForeignMirror(corrosion, "consul", Clock.systemUTC()));
    }
}
