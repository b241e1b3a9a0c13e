package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.discovery.FakeCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/** Applications around nodes that share a database. */
final class TestApplications implements AutoCloseable {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final FakeCluster cluster;
    private final Corrosion node;
    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

    TestApplications() throws SQLException {
        cluster = new FakeCluster();
        node = cluster.join(1, START);
    }

    ConfigurableApplicationContext run(WebApplicationType type, Class<?> configuration, String... properties) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(App.class, configuration)
                .web(type)
                .initializers(starting -> starting.getBeanFactory().registerSingleton("corrosion", node))
                .properties(
                        "spring.application.name=orders",
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "corrosion.discovery.deregister-delay=0",
                        "management.endpoints.web.exposure.include=*")
                .properties(properties)
                .run();
        contexts.add(context);
        return context;
    }

    /** The values of one column or expression of all instances, in the order of their services. */
    List<String> services(String expression) {
        return cluster.query(Statement.of("SELECT " + expression + " FROM services ORDER BY service")).stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    @Override
    public void close() throws SQLException {
        contexts.forEach(ConfigurableApplicationContext::close);
        cluster.close();
    }

    /** Nothing but what is there by itself. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        /** Applications in one process must not share event loops: the first to stop would end those of all. */
        @Bean
        ReactorResourceFactory ownEventLoops() {
            ReactorResourceFactory factory = new ReactorResourceFactory();
            factory.setUseGlobalResources(false);
            factory.setShutdownQuietPeriod(Duration.ZERO);
            return factory;
        }
    }
}
