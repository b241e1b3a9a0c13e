package dev.corrosion.discovery.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.Catalogs;
import dev.corrosion.discovery.FakeCluster;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.Cache;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** What Spring Cloud LoadBalancer's stock configurations choose from. */
@NullUnmarked
class LoadBalancerTests {

    private static final String DIRECT = "corrosion.discovery.loadbalancer.direct=true";

    private FakeCluster cluster;
    private Corrosion node;
    private ConfigurableApplicationContext context;

    @BeforeEach
    void oneInstanceOfOrdersInTheNorth() throws SQLException {
        cluster = new FakeCluster();
        node = cluster.join(1, Instant.EPOCH);
        cluster.write(Catalogs.instance(node, "orders", "n1", 80), Catalogs.set("n1", "zone = 'north', weight = 3"));
    }

    @AfterEach
    void close() throws SQLException {
        context.close();
        cluster.close();
    }

    private void run(String... properties) {
        context = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.NONE)
                .initializers(made -> made.getBeanFactory().registerSingleton("corrosion", node))
                .properties("spring.main.banner-mode=off", "corrosion.discovery.register=false")
                .properties(properties)
                .run();
    }

    private void registerOneInTheSouth() {
        cluster.write(Catalogs.instance(node, "orders", "s1", 80), Catalogs.set("s1", "zone = 'south'"));
    }

    private ServiceInstanceListSupplier supplier() {
        return context.getBean(LoadBalancerClientFactory.class)
                .getInstance("orders", ServiceInstanceListSupplier.class);
    }

    private List<String> offered() {
        return ids(supplier().get().blockFirst());
    }

    private List<String> cached() {
        Cache cache = context.getBean(LoadBalancerCacheManager.class)
                .getCache(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME);
        @SuppressWarnings("unchecked")
        List<ServiceInstance> list = Objects.requireNonNull(cache).get("orders", List.class);
        return list == null ? null : ids(list);
    }

    private static List<String> ids(List<ServiceInstance> instances) {
        return instances.stream().map(ServiceInstance::getInstanceId).toList();
    }

    @Test
    void aChangeIsInTheCacheWhenItIsInTheCatalogue() {
        run();
        assertThat(offered()).containsExactly("n1");
        registerOneInTheSouth();

        assertThat(cached()).containsExactly("n1", "s1");
        assertThat(offered()).containsExactly("n1", "s1");
        cluster.write(Catalogs.set("n1", "status = 'DOWN'"));
        assertThat(cached()).containsExactly("s1");
        cluster.write(Catalogs.set("s1", "status = 'DOWN'"));
        assertThat(cached()).isNull();
        assertThat(offered()).isEmpty();
    }

    @Test
    void whereAnotherClientMayAnswerTheCacheIsDroppedSoThatAllAreAsked() {
        context = new SpringApplicationBuilder(App.class, OtherRegistry.class)
                .web(WebApplicationType.NONE)
                .initializers(made -> made.getBeanFactory().registerSingleton("corrosion", node))
                .properties("spring.main.banner-mode=off", "corrosion.discovery.register=false")
                .run();
        assertThat(offered()).containsExactly("n1");
        registerOneInTheSouth();

        assertThat(cached()).isNull();
        assertThat(offered()).containsExactly("n1", "s1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spring.cloud.discovery.client.simple.instances.orders[0].uri=http://10.0.0.9:80",
                "corrosion.discovery.loadbalancer.write-through=false"
            })
    void theSameIfTheConfigurationHasInstancesOfThatServiceOrWantsIt(String property) {
        run(property);
        assertThat(offered()).isNotEmpty();
        registerOneInTheSouth();

        assertThat(cached()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void weightsAreHonoured(boolean direct) {
        run("spring.cloud.loadbalancer.configurations=weighted", direct ? DIRECT : "a=b");
        registerOneInTheSouth();

        assertThat(offered()).containsExactlyInAnyOrder("n1", "n1", "n1", "s1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOwnZoneIsPreferredAndTheOthersTakenIfItHasNone(boolean direct) {
        run(
                "spring.cloud.loadbalancer.configurations=zone-preference",
                "corrosion.discovery.zone=south",
                direct ? DIRECT : "a=b");
        assertThat(offered()).containsExactly("n1");
        registerOneInTheSouth();

        assertThat(offered()).containsExactly("s1");
    }

    @Test
    void directlyThereIsNothingToGoStale() {
        // With spring-retry on the class path, Spring Cloud puts a supplier of its own around each.
        run(DIRECT, "spring.cloud.loadbalancer.retry.enabled=false");
        assertThat(supplier())
                .extracting(Object::getClass)
                .hasToString("class dev.corrosion.discovery.loadbalancer.SnapshotInstanceListSupplier");
        assertThat(offered()).containsExactly("n1");
        registerOneInTheSouth();

        assertThat(offered()).containsExactly("n1", "s1");
    }

    @Test
    void aConfigurationThatNeedsMoreThanInstancesIsLeftToSpring() {
        run(DIRECT, "spring.cloud.loadbalancer.clients.orders.configurations=health-check");
        assertThat(context.getBean(LoadBalancerClientFactory.class)
                        .getInstances("orders", ServiceInstanceListSupplier.class))
                .allSatisfy((name, supplier) -> assertThat(name).doesNotContain("corrosion"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}

    /** As that of Consul or Eureka would be. */
    static class OtherRegistry implements DiscoveryClient {

        @Override
        public String description() {
            return "another registry";
        }

        @Override
        public List<ServiceInstance> getInstances(String serviceId) {
            return List.of();
        }

        @Override
        public List<String> getServices() {
            return List.of();
        }
    }
}
