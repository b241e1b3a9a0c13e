package dev.corrosion.discovery.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.Catalogs;
import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.FakeCluster;
import dev.corrosion.spring.LiveStreams;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.loadbalancer.cache.DefaultLoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheProperties;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The look at the cache half a second after a change, in virtual time. */
@NullUnmarked
class SecondPassTests {

    private static final Duration LATER = Duration.ofSeconds(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicInteger looks = new AtomicInteger();
    private FakeCluster cluster;
    private CorrosionDiscovery discovery;
    private LoadBalancerCacheRefresher refresher;

    @BeforeEach
    void anInstanceHasComeAndTheCacheWasWritten() throws SQLException {
        cluster = new FakeCluster();
        Corrosion node = cluster.join(1, Instant.EPOCH);
        discovery = new CorrosionDiscovery(node, new LiveStreams());
        LoadBalancerCacheManager manager = new DefaultLoadBalancerCacheManager(new LoadBalancerCacheProperties());
        ObjectProvider<LoadBalancerCacheManager> caches = new ObjectProvider<>() {
            @Override
            public LoadBalancerCacheManager getObject() {
                return manager;
            }

            @Override
            public LoadBalancerCacheManager getIfAvailable() {
                looks.incrementAndGet();
                return manager;
            }
        };
        refresher = new LoadBalancerCacheRefresher(discovery, caches, service -> true, time);
        refresher.start();
        cluster.write(Catalogs.instance(node, "orders", "o", 80));
        await().until(() ->
                !discovery.instances("orders").isEmpty() && looks.get() > 0 && time.getScheduledTaskCount() > 0);
    }

    @AfterEach
    void close() throws SQLException {
        refresher.stop();
        discovery.close();
        cluster.close();
    }

    @Test
    void comesWhileItRuns() {
        int before = looks.get();
        time.advanceTimeBy(LATER);
        assertThat(looks.get()).isGreaterThan(before);
    }

    /** The context may be closed by then, and the cache with it. */
    @Test
    void doesNotComeAfterAStop() {
        refresher.stop();
        int before = looks.get();
        time.advanceTimeBy(LATER);
        assertThat(looks.get()).isEqualTo(before);
    }
}
