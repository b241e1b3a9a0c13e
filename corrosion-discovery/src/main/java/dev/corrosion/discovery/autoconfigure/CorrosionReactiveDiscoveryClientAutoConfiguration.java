package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.CorrosionReactiveDiscoveryClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.client.ConditionalOnDiscoveryHealthIndicatorEnabled;
import org.springframework.cloud.client.ConditionalOnReactiveDiscoveryEnabled;
import org.springframework.cloud.client.ReactiveCommonsClientAutoConfiguration;
import org.springframework.cloud.client.discovery.composite.reactive.ReactiveCompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.health.DiscoveryClientHealthIndicatorProperties;
import org.springframework.cloud.client.discovery.health.reactive.ReactiveDiscoveryClientHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The reactive client and its health. */
@AutoConfiguration(
        after = {CorrosionDiscoveryAutoConfiguration.class, ReactiveCompositeDiscoveryClientAutoConfiguration.class},
        before = ReactiveCommonsClientAutoConfiguration.class)
@ConditionalOnCorrosionDiscoveryEnabled
@ConditionalOnReactiveDiscoveryEnabled
public final class CorrosionReactiveDiscoveryClientAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    CorrosionReactiveDiscoveryClient corrosionReactiveDiscoveryClient(
            CorrosionDiscovery discovery, CorrosionDiscoveryProperties properties) {
        return new CorrosionReactiveDiscoveryClient(discovery, properties.order());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.health.contributor.ReactiveHealthIndicator")
    static class HealthConfiguration {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnDiscoveryHealthIndicatorEnabled
        ReactiveDiscoveryClientHealthIndicator corrosionReactiveDiscoveryClientHealthIndicator(
                CorrosionReactiveDiscoveryClient client, DiscoveryClientHealthIndicatorProperties properties) {
            return new ReactiveDiscoveryClientHealthIndicator(client, properties);
        }
    }
}
