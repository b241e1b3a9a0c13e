package dev.corrosion.discovery.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.CorrosionDiscoveryClient;
import dev.corrosion.discovery.CorrosionReactiveDiscoveryClient;
import dev.corrosion.discovery.FakeCluster;
import dev.corrosion.discovery.ServiceChangedEvent;
import dev.corrosion.discovery.loadbalancer.LoadBalancerCacheRefresher;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import dev.corrosion.discovery.registration.Registrations;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

/** Whole applications around one shared database. */
@NullUnmarked
class DiscoveryAutoConfigurationTests {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private FakeCluster cluster;
    private Corrosion node;
    private Corrosion other;

    @BeforeEach
    void twoNodes() throws SQLException {
        cluster = new FakeCluster();
        node = cluster.join(1, START);
        other = cluster.join(2, START);
        cluster.join(3, START);
    }

    @AfterEach
    void close() throws SQLException {
        cluster.close();
    }

    private ConfigurableApplicationContext run(WebApplicationType type, Corrosion corrosion, String... properties) {
        SpringApplication application = new SpringApplicationBuilder(App.class)
                .web(type)
                .initializers(context -> context.getBeanFactory().registerSingleton("corrosion", corrosion))
                .properties(
                        "spring.application.name=orders",
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "corrosion.discovery.deregister-delay=0",
                        "management.endpoints.web.exposure.include=*")
                .properties(properties)
                .build();
        return application.run();
    }

    private List<String> rows() {
        return cluster.query(Statement.of("SELECT host || ':' || port || ' ' || status FROM services")).stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"REACTIVE", "SERVLET"})
    void callsGoThroughTheLoadBalancerAndNeverToANodeThatIsDown(String type) {
        try (var server = run(WebApplicationType.valueOf(type), other);
                var client = run(WebApplicationType.valueOf(type), node, "corrosion.discovery.register=false")) {
            assertThat(call(client)).isEqualTo("hello from " + server.getId());

            cluster.state(other, Member.State.DOWN);

            await().until(() -> call(client).startsWith("error"));
        }
    }

    private static String call(ConfigurableApplicationContext client) {
        try {
            return client.getBean(Caller.class).call();
        } catch (RuntimeException e) {
            return "error " + e;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"REACTIVE", "SERVLET"})
    void registersWithTheRealPortWhenReadyAndIsGoneBeforeTheServerStops(String type) {
        ConfigurableApplicationContext context = run(WebApplicationType.valueOf(type), node);
        String port = context.getEnvironment().getProperty("local.server.port");

        assertThat(rows()).containsExactly("127.0.0.1:" + port + " UP");
        Recorder recorder = context.getBean(Recorder.class);
        assertThat(recorder.rowsWhenRunning).isEmpty();
        context.close();
        assertThat(recorder.rowsWhenDraining).isEmpty();
        assertThat(rows()).isEmpty();
    }

    @Test
    void aNonWebApplicationRegistersWithoutAPort() {
        try (var context = run(WebApplicationType.NONE, node)) {
            assertThat(context.isRunning()).isTrue();
            assertThat(rows()).containsExactly("127.0.0.1:0 UP");
        }
    }

    @Test
    void aContextThatIsStoppedAndStartedAgainIsRegisteredAgain() {
        try (var context = run(WebApplicationType.REACTIVE, node)) {
            context.stop();
            assertThat(rows()).isEmpty();
            context.start();
            assertThat(rows()).hasSize(1);
        }
    }

    @Test
    void registersAgainWhatAnotherNodeRemoved() {
        try (var context = run(WebApplicationType.REACTIVE, node)) {
            assertThat(context.isRunning()).isTrue();
            cluster.write(Statement.of("DELETE FROM services"));

            await().untilAsserted(() -> assertThat(rows()).hasSize(1));
        }
    }

    @Test
    void publishesEventsOnRealChangesOnly() {
        try (var context = run(WebApplicationType.NONE, node, "corrosion.discovery.register=false")) {
            Recorder recorder = context.getBean(Recorder.class);
            CorrosionServiceRegistry registry = Registrations.registry(other);

            registry.register(Registrations.registration(other, "payments", 1));
            await().untilAsserted(() -> assertThat(recorder.changes).hasSize(1));
            cluster.write(Statement.of("UPDATE services SET registered_at = 7"));
            registry.register(Registrations.registration(other, "payments", 2));

            await().untilAsserted(() -> assertThat(recorder.changes).hasSize(2));
            assertThat(recorder.heartbeats).containsExactly(1L, 2L);
        }
    }

    @Test
    void discoveryHealthIsUpEvenIfTheApplicationDoesNotRegister() {
        try (var context = run(WebApplicationType.REACTIVE, node, "corrosion.discovery.register=false")) {
            assertThat(context.getBean(Recorder.class).registered).hasSize(1);
            HealthDescriptor health = context.getBean(HealthEndpoint.class).healthForPath("discoveryComposite");
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(((CompositeHealthDescriptor) health).getComponents()).containsKey("corrosion");
            assertThat(context.getBeansOfType(AutoServiceRegistration.class)).isEmpty();
        }
    }

    @Test
    void switchesOff() {
        try (var context = run(WebApplicationType.REACTIVE, node, "corrosion.discovery.enabled=false")) {
            assertThat(context.getBeansOfType(CorrosionDiscovery.class)).isEmpty();
            assertThat(context.getBeansOfType(CorrosionServiceRegistry.class)).isEmpty();
            assertThat(context.getBeansOfType(LoadBalancerCacheRefresher.class)).isEmpty();
        }
        try (var context = run(WebApplicationType.REACTIVE, node, "spring.cloud.discovery.blocking.enabled=false")) {
            assertThat(context.getBeansOfType(CorrosionDiscoveryClient.class)).isEmpty();
            assertThat(context.getBeansOfType(CorrosionReactiveDiscoveryClient.class))
                    .hasSize(1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class App {

        private final ApplicationContext context;

        App(ApplicationContext context) {
            this.context = context;
        }

        @GetMapping("/hello")
        String hello() {
            return "hello from " + context.getId();
        }

        @Bean
        Recorder recorder(Corrosion corrosion) {
            return new Recorder(corrosion);
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

        @Bean
        @LoadBalanced
        WebClient.Builder webClient() {
            return WebClient.builder();
        }

        @Bean
        Caller caller(RestClient.Builder blocking, WebClient.Builder reactive) {
            return new Caller(blocking, reactive);
        }
    }

    /** Calls the service both ways. */
    record Caller(RestClient.Builder blocking, WebClient.Builder reactive) {

        String call() {
            String one =
                    blocking.build().get().uri("http://orders/hello").retrieve().body(String.class);
            String two = reactive.build()
                    .get()
                    .uri("http://orders/hello")
                    .retrieve()
                    .bodyToMono(String.class)
                    .block();
            assertThat(one).isEqualTo(two);
            return String.valueOf(one);
        }
    }

    /** Notes what it hears, and what was registered at the two ends of the application's life. */
    static class Recorder implements ApplicationRunner, SmartLifecycle {
        final List<ServiceChangedEvent> changes = new CopyOnWriteArrayList<>();
        final List<Object> heartbeats = new CopyOnWriteArrayList<>();
        final List<Object> registered = new CopyOnWriteArrayList<>();
        final Corrosion corrosion;
        List<Row> rowsWhenRunning;
        List<Row> rowsWhenDraining;

        Recorder(Corrosion corrosion) {
            this.corrosion = corrosion;
        }

        private List<Row> rows() {
            return corrosion.query(Statement.of("SELECT * FROM services"));
        }

        @Override
        public void run(ApplicationArguments args) {
            rowsWhenRunning = rows();
        }

        @Override
        public void start() {}

        @Override
        public void stop() {
            rowsWhenDraining = rows();
        }

        @Override
        public boolean isRunning() {
            return rowsWhenDraining == null;
        }

        @Override
        public int getPhase() {
            return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
        }

        @EventListener
        void on(ServiceChangedEvent event) {
            changes.add(Flux.just(event).blockLast()); // listeners may block, and those of Spring Cloud Gateway do
        }

        @EventListener
        void on(HeartbeatEvent event) {
            heartbeats.add(event.getValue());
        }

        @EventListener
        void on(InstanceRegisteredEvent<?> event) {
            registered.add(event.getConfig());
        }
    }
}
