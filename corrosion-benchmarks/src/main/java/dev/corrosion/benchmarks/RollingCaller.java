package dev.corrosion.benchmarks;

import dev.corrosion.Corrosion;
import dev.corrosion.NodeStatus;
import dev.corrosion.discovery.CorrosionDiscovery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpMethod;

/** An application that calls the servers, on a schedule. */
final class RollingCaller {

    /** The name of the sub-command; not for people. */
    static final String COMMAND = "rolling-caller";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 10;

    private final Path directory;
    private volatile InstanceSightings sightings = new InstanceSightings();
    private @Nullable ConfigurableApplicationContext context;
    private @Nullable RollingClient client;
    private @Nullable RollingCalls calls;

    private RollingCaller(Path directory) {
        this.directory = directory;
    }

    static void run(List<String> arguments) throws IOException {
        RollingCaller caller = new RollingCaller(Path.of(arguments.get(0)));
        Answers.give(caller::answer);
    }

    private String answer(String question, List<String> words) throws InterruptedException, TimeoutException {
        return switch (question) {
            case "open" -> open(words);
            case "found" -> found(Integer.parseInt(words.get(0)));
            case "watch" -> watch();
            case "appeared" -> Long.toString(sightings.appeared(words.get(0), PATIENCE));
            case "vanished" -> Long.toString(sightings.vanished(words.get(0), PATIENCE));
            case "begin" ->
                begin(
                        RollingClient.Kind.of(words.get(0)),
                        HttpMethod.valueOf(words.get(1)),
                        Integer.parseInt(words.get(2)));
            case "end" -> end();
            default -> throw new IllegalArgumentException("no such question");
        };
    }

    /** index, secret, whether to retry, bootstrap; answers with the address in the cluster. */
    private String open(List<String> words) {
        ConfigurableApplicationContext opened = new SpringApplicationBuilder(RollingClient.Application.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .run(
                        "--spring.application.name=caller-" + words.get(0),
                        "--spring.cloud.loadbalancer.retry.enabled=" + words.get(2),
                        "--spring.http.clients.imperative.factory=jdk",
                        "--spring.http.clients.connect-timeout=" + RollingClient.CONNECT_TIMEOUT,
                        "--spring.http.clients.read-timeout=" + RollingClient.READ_TIMEOUT,
                        "--spring.cloud.openfeign.client.config.default.connect-timeout="
                                + RollingClient.CONNECT_TIMEOUT.toMillis(),
                        "--spring.cloud.openfeign.client.config.default.read-timeout="
                                + RollingClient.READ_TIMEOUT.toMillis(),
                        "--corrosion.node.data-directory=" + directory.resolve("data"),
                        "--corrosion.cluster.host=127.0.0.1",
                        "--corrosion.cluster.port=0",
                        "--corrosion.cluster.bootstrap=" + words.get(3),
                        "--corrosion.security.secret=" + words.get(1),
                        "--corrosion.discovery.register=false");
        context = opened;
        client = new RollingClient(opened);
        opened.getBean(CorrosionDiscovery.class).addImmediateListener(event -> sightings.note(event));
        NodeStatus status = opened.getBean(Corrosion.class).status();
        return status.address().getHostString() + ":" + status.address().getPort();
    }

    /** Waits until so many servers are found. */
    private String found(int count) throws InterruptedException {
        DiscoveryClient discovery = opened(context).getBean(DiscoveryClient.class);
        while (discovery.getInstances(RollingServer.SERVICE).size() != count) {
            Thread.sleep(POLL_MILLIS);
        }
        return "all";
    }

    /** Forgets what has been seen. */
    private String watch() {
        sightings = new InstanceSightings();
        return "watching";
    }

    private String begin(RollingClient.Kind kind, HttpMethod method, int rate) {
        RollingClient opened = opened(client);
        RollingCalls begun = new RollingCalls(opened.call(kind, method), opened.threadsOf(kind), rate);
        calls = begun;
        begun.begin();
        return "begun";
    }

    private String end() throws InterruptedException, TimeoutException {
        return opened(calls).end(PATIENCE.toMillis()).toLine();
    }

    private static <T> T opened(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not opened yet");
        }
        return value;
    }
}
