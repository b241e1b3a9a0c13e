package dev.corrosion.discovery.loadbalancer;

import dev.corrosion.discovery.ServiceChangedEvent;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.Cache;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.context.event.EventListener;
import reactor.core.publisher.Mono;

/**
 * Drops a service from the cache of Spring Cloud LoadBalancer the moment its instances change, so that the next call asks
 * discovery, which answers from memory. Left alone, the cache would hand out instances that are gone for 35 seconds.
 *
 * <p>It drops and does not write, since the cache holds what all discovery clients of the application say together.
 */
public final class LoadBalancerCacheRefresher {

    /** A lookup that began before the change may fill the cache after it was cleared; by then it has. */
    private static final Duration SECOND_PASS = Duration.ofMillis(500);

    private final ObjectProvider<LoadBalancerCacheManager> caches;

    /** @param caches looked up at each change; there is none if caching is off */
    public LoadBalancerCacheRefresher(ObjectProvider<LoadBalancerCacheManager> caches) {
        this.caches = caches;
    }

    @EventListener
    public void refresh(ServiceChangedEvent event) {
        LoadBalancerCacheManager manager = caches.getIfAvailable();
        Cache cache = manager == null
                ? null
                : manager.getCache(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME);
        if (cache != null) {
            cache.evict(event.serviceId());
            Mono.delay(SECOND_PASS).subscribe(tick -> cache.evict(event.serviceId()));
        }
    }
}
