package dev.corrosion.discovery.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** Real nodes that meet on loopback: what the others see while an application stops. */
@NullUnmarked
class GracefulStopTests {

    /** Longer than the test waits for anything: it must not be waited for, since the others answer. */
    private static final Duration DELAY = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

    @AfterEach
    void close() {
        contexts.forEach(ConfigurableApplicationContext::close);
    }

    private ConfigurableApplicationContext run(String name, WebApplicationType type, String... properties) {
        String bootstrap = contexts.isEmpty() ? "" : "127.0.0.1:" + port(contexts.get(0));
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
                        "corrosion.discovery.deregister-delay=" + DELAY.toMillis() + "ms",
                        "corrosion.cluster.bootstrap=" + bootstrap)
                .properties(properties)
                .run();
        contexts.add(context);
        return context;
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getBean(Corrosion.class).status().address().getPort();
    }

    @Test
    void theOthersDropAnInstanceBeforeItsLastRequestEndsAndTheDrainBeginsOnlyThen() {
        ConfigurableApplicationContext client =
                run("client", WebApplicationType.NONE, "corrosion.discovery.register=false");
        ConfigurableApplicationContext server = run("server", WebApplicationType.SERVLET);
        DiscoveryClient discovery = client.getBean(DiscoveryClient.class);
        App app = server.getBean(App.class);
        app.seenByOther = discovery;
        await().until(() -> discovery.getInstances("orders").size() == 1);
        String uri = discovery.getInstances("orders").get(0).getUri() + "/slow";

        CompletableFuture<String> answer = CompletableFuture.supplyAsync(
                () -> RestClient.create().get().uri(uri).retrieve().body(String.class));
        await().until(() -> app.entered.getCount() == 0);
        Instant began = Instant.now();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

        await().until(() -> discovery.getInstances("orders").isEmpty());
        assertThat(answer).isNotDone();
        await().until(() -> app.seenWhenDraining != null);
        assertThat(app.seenWhenDraining).isZero();
        app.leave.countDown();
        assertThat(answer.join()).isEqualTo("done");
        closed.join();
        assertThat(Duration.between(began, Instant.now())).isLessThan(DELAY);
    }

    @Test
    void noCallThroughTheLoadBalancerFailsWhileOneInstanceAfterTheOtherStops() {
        ConfigurableApplicationContext client =
                run("client", WebApplicationType.NONE, "corrosion.discovery.register=false");
        List<ConfigurableApplicationContext> servers = List.of(
                run("a", WebApplicationType.SERVLET),
                run("b", WebApplicationType.REACTIVE),
                run("c", WebApplicationType.SERVLET));
        DiscoveryClient discovery = client.getBean(DiscoveryClient.class);
        await().until(() -> discovery.getInstances("orders").size() == servers.size());
        Callers callers = new Callers(client.getBean(RestClient.Builder.class).build());

        callers.start();
        for (ConfigurableApplicationContext server : servers.subList(0, 2)) {
            int before = callers.answered.get();
            await().until(() -> callers.answered.get() > before + 200);
            server.close();
        }
        int before = callers.answered.get();
        await().until(() -> callers.answered.get() > before + 200);
        callers.stop();

        assertThat(callers.failures).isEmpty();
    }

    /** Some threads that call without a pause. */
    private static final class Callers {
        private static final int THREADS = 4;

        final AtomicInteger answered = new AtomicInteger();
        final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final RestClient orders;
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stopped;

        Callers(RestClient orders) {
            this.orders = orders;
        }

        void start() {
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(this::call, "caller-" + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void call() {
            while (!stopped) {
                try {
                    orders.get().uri("http://orders/quick").retrieve().body(String.class);
                    answered.incrementAndGet();
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }
        }

        void stop() {
            stopped = true;
            await().until(() -> threads.stream().noneMatch(Thread::isAlive));
        }
    }

    @Test
    void whatWasRegisteredByHandGoesAndComesBackWithItsContext() {
        ConfigurableApplicationContext client =
                run("client", WebApplicationType.NONE, "corrosion.discovery.register=false");
        ConfigurableApplicationContext server =
                run("server", WebApplicationType.NONE, "corrosion.discovery.register=false");
        DiscoveryClient discovery = client.getBean(DiscoveryClient.class);
        CorrosionServiceRegistry registry = server.getBean(CorrosionServiceRegistry.class);
        registry.register(registry.registration("reports").port(7).build());
        await().until(() -> discovery.getInstances("reports").size() == 1);

        server.stop();
        await().until(() -> discovery.getInstances("reports").isEmpty());
        server.start();
        await().until(() -> discovery.getInstances("reports").size() == 1);
        Corrosion node = server.getBean(Corrosion.class);
        await().untilAsserted(() -> assertThat(node.query(Statement.of(
                                "SELECT started_at FROM machines WHERE node_id = ?",
                                node.actorId().toString()))
                        .get(0)
                        .getLong("started_at"))
                .isEqualTo(node.status().startedAt().toEpochMilli()));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class App {

        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);
        volatile DiscoveryClient seenByOther;
        volatile Integer seenWhenDraining;

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            entered.countDown();
            return leave.await(1, TimeUnit.MINUTES) ? "done" : "given up";
        }

        @GetMapping("/quick")
        String quick() {
            return "quick";
        }

        @Bean
        @LoadBalanced
        RestClient.Builder restClient() {
            return RestClient.builder();
        }

        /** Applications in one process must not share event loops: the first to stop would end those of all. */
        @Bean
        ReactorResourceFactory ownEventLoops() {
            ReactorResourceFactory factory = new ReactorResourceFactory();
            factory.setUseGlobalResources(false);
            factory.setShutdownQuietPeriod(Duration.ZERO);
            return factory;
        }

        /** Stops right before the web server begins to drain. */
        @Bean
        SmartLifecycle witness() {
            return new SmartLifecycle() {
                private boolean running;

                @Override
                public void start() {
                    running = true;
                }

                @Override
                public void stop() {
                    running = false;
                    if (seenByOther != null) {
                        seenWhenDraining = seenByOther.getInstances("orders").size();
                    }
                }

                @Override
                public boolean isRunning() {
                    return running;
                }

                @Override
                public int getPhase() {
                    return DEFAULT_PHASE - 1;
                }
            };
        }
    }
}
