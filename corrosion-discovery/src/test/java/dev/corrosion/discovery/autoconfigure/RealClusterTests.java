package dev.corrosion.discovery.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** Real nodes that meet on loopback, with a WebFlux, an MVC and a client-only application on them. */
@NullUnmarked
class RealClusterTests {

    @TempDir
    Path directory;

    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

    @AfterEach
    void close() {
        contexts.forEach(ConfigurableApplicationContext::close);
    }

    private ConfigurableApplicationContext run(String name, WebApplicationType type, String... properties) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(App.class)
                .web(type)
                .properties(
                        "spring.application.name=orders",
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "corrosion.node.name=" + name,
                        "corrosion.node.data-directory=" + directory.resolve(name),
                        "corrosion.cluster.port=0",
                        "corrosion.security.secret=a secret for tests only",
                        "corrosion.cluster.host=127.0.0.1",
                        "corrosion.cluster.bootstrap=" + bootstrap())
                .properties(properties)
                .run();
        contexts.add(context);
        return context;
    }

    private String bootstrap() {
        return contexts.isEmpty()
                ? ""
                : "127.0.0.1:"
                        + contexts.get(0)
                                .getBean(Corrosion.class)
                                .status()
                                .address()
                                .getPort();
    }

    @Test
    void applicationsOnOtherNodesAreFoundAndCalledAndAreGoneWhenTheyStop() {
        ConfigurableApplicationContext flux = run("flux", WebApplicationType.REACTIVE);
        ConfigurableApplicationContext mvc = run("mvc", WebApplicationType.SERVLET);
        ConfigurableApplicationContext client =
                run("client", WebApplicationType.NONE, "corrosion.discovery.register=false");
        DiscoveryClient discovery = client.getBean(DiscoveryClient.class);
        RestClient orders = client.getBean(RestClient.Builder.class).build();

        await().untilAsserted(() -> assertThat(discovery.getInstances("orders")).hasSize(2));
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            answers.add(call(orders));
        }
        assertThat(answers).containsExactlyInAnyOrder("flux", "mvc");

        mvc.close();
        await().untilAsserted(() -> assertThat(discovery.getInstances("orders")).hasSize(1));
        for (int i = 0; i < 4; i++) {
            assertThat(call(orders)).isEqualTo("flux");
        }
        assertThat(flux.isActive()).isTrue();
    }

    @Test
    void anApplicationThatWasStoppedAndStartedIsFoundAgain() {
        ConfigurableApplicationContext first = run("first", WebApplicationType.REACTIVE);
        ConfigurableApplicationContext second = run("second", WebApplicationType.REACTIVE);
        DiscoveryClient seenByFirst = first.getBean(DiscoveryClient.class);
        await().untilAsserted(
                        () -> assertThat(seenByFirst.getInstances("orders")).hasSize(2));

        second.stop();
        await().untilAsserted(
                        () -> assertThat(seenByFirst.getInstances("orders")).hasSize(1));
        second.start();

        await().untilAsserted(
                        () -> assertThat(seenByFirst.getInstances("orders")).hasSize(2));
        await().untilAsserted(
                        () -> assertThat(second.getBean(DiscoveryClient.class).getInstances("orders"))
                                .hasSize(2));
    }

    private static String call(RestClient client) {
        return client.get().uri("http://orders/name").retrieve().body(String.class);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class App {

        private final Corrosion corrosion;

        App(Corrosion corrosion) {
            this.corrosion = corrosion;
        }

        @GetMapping("/name")
        String name() {
            return corrosion.status().name();
        }

        /** Applications in one process must not share event loops: the first to stop would end those of all. */
        @Bean
        ReactorResourceFactory ownEventLoops() {
            ReactorResourceFactory factory = new ReactorResourceFactory();
            factory.setUseGlobalResources(false);
            factory.setShutdownQuietPeriod(Duration.ZERO);
            return factory;
        }

        @Bean
        @LoadBalanced
        RestClient.Builder restClient() {
            return RestClient.builder();
        }
    }
}
