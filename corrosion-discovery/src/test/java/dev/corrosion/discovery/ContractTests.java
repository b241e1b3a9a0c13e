package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.LiveStreams;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.InstanceProperties;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryProperties;

/** The contracts, for our clients and, to keep the contracts honest, for Spring's own simple ones. */
@NullUnmarked
class ContractTests {

    private static final int ORDER = 7;

    private static FakeCluster cluster;
    private static CorrosionDiscovery discovery;

    @BeforeAll
    static void register() throws SQLException {
        cluster = new FakeCluster();
        Corrosion node = cluster.join(1, Instant.EPOCH);
        cluster.write(
                Catalogs.instance(node, "orders", "orders-1", 80),
                Catalogs.set("orders-1", "zone = 'north'"),
                Catalogs.instance(node, "orders", "orders-2", 443),
                Catalogs.set("orders-2", "zone = 'north', host = '10.0.0.2', secure = 1, scheme = 'https'"),
                Catalogs.instance(node, "mail", "mail-1", 25),
                Catalogs.set("mail-1", "host = 'fd00::1'"));
        discovery = new CorrosionDiscovery(node, new LiveStreams());
    }

    @AfterAll
    static void close() throws SQLException {
        discovery.close();
        cluster.close();
    }

    private static Map<String, List<InstanceProperties>> simple() {
        return Map.of(
                "orders",
                List.of(
                        simple("orders", "orders-1", "http://10.0.0.1:80"),
                        simple("orders", "orders-2", "https://10.0.0.2:443")),
                "mail",
                List.of(simple("mail", "mail-1", "http://[fd00::1]:25")));
    }

    private static InstanceProperties simple(String service, String id, String uri) {
        InstanceProperties properties = new InstanceProperties();
        properties.setInstanceId(id);
        properties.setServiceId(service);
        properties.setUri(URI.create(uri));
        properties.setMetadata(Map.of("zone", "north"));
        return properties;
    }

    @Nested
    class OfCorrosion extends DiscoveryClientContract {
        @Override
        DiscoveryClient client() {
            return new CorrosionDiscoveryClient(discovery, ORDER);
        }
    }

    @Nested
    class OfSpring extends DiscoveryClientContract {
        @Override
        DiscoveryClient client() {
            SimpleDiscoveryProperties properties = new SimpleDiscoveryProperties();
            properties.setOrder(ORDER);
            properties.setInstances(simple());
            properties.afterPropertiesSet();
            return new SimpleDiscoveryClient(properties);
        }
    }

    @Nested
    class ReactiveOfCorrosion extends ReactiveDiscoveryClientContract {
        @Override
        ReactiveDiscoveryClient client() {
            return new CorrosionReactiveDiscoveryClient(discovery, ORDER);
        }
    }

    @Nested
    class ReactiveOfSpring extends ReactiveDiscoveryClientContract {
        @Override
        ReactiveDiscoveryClient client() {
            SimpleReactiveDiscoveryProperties properties = new SimpleReactiveDiscoveryProperties();
            properties.setOrder(ORDER);
            properties.setInstances(simple());
            properties.afterPropertiesSet();
            return new SimpleReactiveDiscoveryClient(properties);
        }
    }
}
