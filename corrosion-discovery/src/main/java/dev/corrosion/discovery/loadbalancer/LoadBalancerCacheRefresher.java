package dev.corrosion.discovery.loadbalancer;

import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.ServiceChangedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.Cache;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Writes the instances of a service into the cache of Spring Cloud LoadBalancer the moment they change: the next call gets
 * them. Left alone, the cache would hand out instances that are gone for 35 seconds.
 *
 * <p>The cache holds what all discovery clients of the application say together. So it is written only where the catalogue
 * alone answers; else the service is dropped from it, and the next call asks all of them. The same if there are no
 * instances left: somebody else may have some.
 */
public final class LoadBalancerCacheRefresher implements SmartLifecycle {

    /** A lookup that began before the change may fill the cache after it was written; by then it has. */
    private static final Duration SECOND_PASS = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(LoadBalancerCacheRefresher.class);

    private final CorrosionDiscovery discovery;
    private final ObjectProvider<LoadBalancerCacheManager> caches;
    private final Predicate<String> answersAlone;
    private final Scheduler later;

    /** Services for which a second pass is planned, and whether they have changed since; not more than there are. */
    private final Map<String, Boolean> changed = new ConcurrentHashMap<>();

    private CorrosionDiscovery.@Nullable Listening listening;

    /**
     * Follows changes while it runs.
     *
     * @param caches looked up at each change; there is none if caching is off
     * @param answersAlone whether of all discovery clients only the catalogue has instances of a service
     */
    public LoadBalancerCacheRefresher(
            CorrosionDiscovery discovery,
            ObjectProvider<LoadBalancerCacheManager> caches,
            Predicate<String> answersAlone) {
        this(discovery, caches, answersAlone, Schedulers.parallel());
    }

    LoadBalancerCacheRefresher(
            CorrosionDiscovery discovery,
            ObjectProvider<LoadBalancerCacheManager> caches,
            Predicate<String> answersAlone,
            Scheduler later) {
        this.discovery = discovery;
        this.caches = caches;
        this.answersAlone = answersAlone;
        this.later = later;
    }

    @Override
    public synchronized void start() {
        if (listening == null) {
            listening = discovery.addImmediateListener(this::refresh);
        }
    }

    @Override
    public synchronized void stop() {
        if (listening != null) {
            listening.close();
            listening = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return listening != null;
    }

    /** As the node: requests that drain still find instances that are there. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    private void refresh(ServiceChangedEvent event) {
        Cache cache = cache();
        if (cache != null) {
            refresh(cache, event.serviceId());
            if (changed.put(event.serviceId(), true) == null) {
                passLater(event.serviceId());
            }
        }
    }

    private void passLater(String serviceId) {
        Mono.delay(SECOND_PASS, later).subscribe(tick -> pass(serviceId));
    }

    /** Again later if it has changed since this was planned. Not after a stop: the context may be closed, and the cache with it. */
    private synchronized void pass(String serviceId) {
        if (listening == null) {
            changed.remove(serviceId);
            return;
        }
        try {
            Cache cache = cache();
            if (cache != null) {
                refresh(cache, serviceId);
            }
        } catch (RuntimeException e) {
            log.warn(
                    "The load balancer's cache may hold instances of {} that are gone, until it expires", serviceId, e);
        }
        if (changed.replace(serviceId, true, false) || !changed.remove(serviceId, false)) {
            passLater(serviceId);
        }
    }

    private @Nullable Cache cache() {
        LoadBalancerCacheManager manager = caches.getIfAvailable();
        return manager == null
                ? null
                : manager.getCache(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME);
    }

    private void refresh(Cache cache, String serviceId) {
        List<ServiceInstance> instances = discovery.instances(serviceId);
        if (instances.isEmpty() || !answersAlone.test(serviceId)) {
            cache.evict(serviceId);
        } else {
            cache.put(serviceId, instances);
        }
    }
}
