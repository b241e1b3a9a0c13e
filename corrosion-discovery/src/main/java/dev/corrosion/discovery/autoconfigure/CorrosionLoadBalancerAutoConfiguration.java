package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.loadbalancer.LoadBalancerCacheRefresher;
import org.springframework.beans.factory.ObjectProvider;
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
    LoadBalancerCacheRefresher corrosionLoadBalancerCacheRefresher(ObjectProvider<LoadBalancerCacheManager> caches) {
        return new LoadBalancerCacheRefresher(caches);
    }
}
