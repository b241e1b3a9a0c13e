package dev.corrosion.benchmarks;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.CorrosionDiscoveryClient;
import dev.corrosion.discovery.registration.CorrosionRegistration;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application of the measured cluster: does what it is told line by line, and ends with its input. */
final class DiscoveryNode {

    /** The name of the sub-command; not for people. */
    static final String COMMAND = "discovery-node";

    /** Services among which many instances are spread. */
    static final int SERVICES = 100;

    /** The service whose instances come and go. */
    private static final String MEASURED = "measured";

    private static final int PORT = 8080;
    private static final long POLL_MILLIS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final InstanceSightings sightings = new InstanceSightings();
    private @Nullable ConfigurableApplicationContext context;

    private DiscoveryNode(Path directory) {
        this.directory = directory;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    static void run(List<String> arguments) throws IOException {
        Answers.give(new DiscoveryNode(Path.of(arguments.get(0)))::answer);
    }

    private String answer(String question, List<String> words) throws InterruptedException {
        return switch (question) {
            case "open" -> open(words);
            case "members" -> members(Integer.parseInt(words.get(0)));
            case "register" -> register(words.get(0));
            case "deregister" -> deregister(words.get(0));
            case "appeared" -> Long.toString(sightings.appeared(words.get(0), PATIENCE));
            case "vanished" -> Long.toString(sightings.vanished(words.get(0), PATIENCE));
            case "bulk" -> bulk(words.get(0), Integer.parseInt(words.get(1)));
            case "found" -> found(Integer.parseInt(words.get(0)));
            case "lookup" -> new LookupCost(bean(CorrosionDiscoveryClient.class)).toLine();
            case "head" -> Long.toString(head());
            case "collect" -> Long.toString(Usage.heapAfterCollection());
            case "usage" -> Usage.now(corrosion().status().counters()).toLine();
            default -> throw new IllegalArgumentException("no such question");
        };
    }

    /** index, secret, bootstrap; answers with the address. */
    private String open(List<String> words) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.application.name=node-" + words.get(0),
                "--corrosion.node.data-directory=" + directory.resolve("data"),
                "--corrosion.cluster.host=127.0.0.1",
                "--corrosion.cluster.port=0",
                "--corrosion.security.secret=" + words.get(1),
                "--corrosion.discovery.register=false"));
        if (words.size() > 2) {
            arguments.add("--corrosion.cluster.bootstrap=" + words.get(2));
        }
        context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .run(arguments.toArray(String[]::new));
        bean(CorrosionDiscovery.class).addImmediateListener(sightings::note);
        NodeStatus status = corrosion().status();
        return status.address().getHostString() + ":" + status.address().getPort();
    }

    private String members(int count) throws InterruptedException {
        waitUntil(() -> corrosion().status().members().stream()
                        .filter(member -> member.state() == Member.State.ALIVE)
                        .count()
                >= count);
        return "all";
    }

    private String register(String id) {
        CorrosionRegistration registration = registration(MEASURED, id);
        long begun = System.nanoTime();
        bean(CorrosionServiceRegistry.class).register(registration);
        return begun + " " + System.nanoTime();
    }

    private String deregister(String id) {
        CorrosionRegistration registration = registration(MEASURED, id);
        long begun = System.nanoTime();
        bean(CorrosionServiceRegistry.class).deregister(registration);
        return begun + " " + System.nanoTime();
    }

    private String bulk(String prefix, int count) {
        CorrosionServiceRegistry registry = bean(CorrosionServiceRegistry.class);
        for (int i = 0; i < count; i++) {
            registry.register(registration("service-" + i % SERVICES, prefix + "-" + i));
        }
        return "done";
    }

    private CorrosionRegistration registration(String service, String id) {
        return bean(CorrosionServiceRegistry.class)
                .registration(service)
                .instanceId(id)
                .port(PORT)
                .zone("zone-a")
                .metadata("team", "shop")
                .build();
    }

    /** Waits until so many instances are found. */
    private String found(int count) throws InterruptedException {
        CorrosionDiscovery discovery = bean(CorrosionDiscovery.class);
        waitUntil(() -> discovery.services().stream()
                        .mapToInt(service -> discovery.instances(service).size())
                        .sum()
                == count);
        return "all";
    }

    /** Versions that this node has written. */
    private long head() {
        NodeStatus status = corrosion().status();
        NodeStatus.Versions own = status.versions().get(status.actorId());
        return own == null ? 0 : own.head();
    }

    private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    private Corrosion corrosion() {
        return bean(Corrosion.class);
    }

    private <T> T bean(Class<T> type) {
        ConfigurableApplicationContext opened = context;
        if (opened == null) {
            throw new IllegalStateException("not opened yet");
        }
        return opened.getBean(type);
    }
}
