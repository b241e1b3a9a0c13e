package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.loadbalancer.DirectLoadBalancerConfiguration;
import dev.corrosion.discovery.loadbalancer.LoadBalancerCacheRefresher;
import dev.corrosion.discovery.loadbalancer.OtherClients;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.config.LoadBalancerZoneConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/** Keeps the load balancer fresh, where there is one, and tells it the zone. */
@AutoConfiguration(after = CorrosionDiscoveryAutoConfiguration.class)
@ConditionalOnClass(LoadBalancerCacheManager.class)
@ConditionalOnBean(CorrosionDiscovery.class)
public final class CorrosionLoadBalancerAutoConfiguration {

    @Bean
    LoadBalancerCacheRefresher corrosionLoadBalancerCacheRefresher(
            CorrosionDiscovery discovery, CorrosionDiscoveryProperties properties, ListableBeanFactory beans) {
        OtherClients others = new OtherClients(beans);
        boolean writeThrough = properties.loadbalancer().writeThrough();
        // Asked of the factory: the bean is no candidate for injection, so an injected provider would find nothing.
        return new LoadBalancerCacheRefresher(
                discovery,
                beans.getBeanProvider(LoadBalancerCacheManager.class),
                service -> writeThrough && others.lack(service));
    }

    /** The zone of this application, for zone-preference; that of Spring Cloud's own property comes first. */
    @Bean
    SmartInitializingSingleton corrosionLoadBalancerZone(
            CorrosionDiscoveryProperties properties, ObjectProvider<LoadBalancerZoneConfig> zones) {
        return () -> zones.ifAvailable(config -> {
            if (StringUtils.hasText(properties.zone()) && !StringUtils.hasText(config.getZone())) {
                config.setZone(properties.zone());
            }
        });
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("corrosion.discovery.loadbalancer.direct")
    @LoadBalancerClients(defaultConfiguration = DirectLoadBalancerConfiguration.class)
    static class Direct {}
}
