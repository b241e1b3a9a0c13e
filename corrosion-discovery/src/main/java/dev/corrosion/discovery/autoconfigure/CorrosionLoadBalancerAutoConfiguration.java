package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.loadbalancer.LoadBalancerCacheRefresher;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.context.annotation.Bean;

/** Keeps the load balancer fresh, where there is one. */
@AutoConfiguration(after = CorrosionDiscoveryAutoConfiguration.class)
@ConditionalOnClass(LoadBalancerCacheManager.class)
@ConditionalOnBean(CorrosionDiscovery.class)
public final class CorrosionLoadBalancerAutoConfiguration {

    @Bean
    LoadBalancerCacheRefresher corrosionLoadBalancerCacheRefresher(ListableBeanFactory beans) {
        // Asked of the factory: the bean is no candidate for injection, so an injected provider would find nothing.
        return new LoadBalancerCacheRefresher(beans.getBeanProvider(LoadBalancerCacheManager.class));
    }
}
