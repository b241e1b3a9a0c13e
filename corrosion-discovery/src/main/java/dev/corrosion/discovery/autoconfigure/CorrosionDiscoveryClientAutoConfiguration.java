package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.CorrosionDiscoveryClient;
import dev.corrosion.discovery.CorrosionDiscoveryHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.cloud.client.CommonsClientAutoConfiguration;
import org.springframework.cloud.client.ConditionalOnBlockingDiscoveryEnabled;
import org.springframework.cloud.client.ConditionalOnDiscoveryHealthIndicatorEnabled;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The blocking client and its part of the discovery health. */
@AutoConfiguration(
        after = CorrosionDiscoveryAutoConfiguration.class,
        before = {SimpleDiscoveryClientAutoConfiguration.class, CommonsClientAutoConfiguration.class})
@ConditionalOnCorrosionDiscoveryEnabled
@ConditionalOnBlockingDiscoveryEnabled
public final class CorrosionDiscoveryClientAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    CorrosionDiscoveryClient corrosionDiscoveryClient(
            CorrosionDiscovery discovery, CorrosionDiscoveryProperties properties) {
        return new CorrosionDiscoveryClient(discovery, properties.order());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Health.class)
    static class HealthConfiguration {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnDiscoveryHealthIndicatorEnabled
        CorrosionDiscoveryHealthIndicator corrosionDiscoveryHealthIndicator(CorrosionDiscovery discovery) {
            return new CorrosionDiscoveryHealthIndicator(discovery);
        }
    }
}
