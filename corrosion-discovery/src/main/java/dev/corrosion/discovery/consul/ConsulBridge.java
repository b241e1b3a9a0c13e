package dev.corrosion.discovery.consul;

import dev.corrosion.discovery.foreign.CheckKind;
import dev.corrosion.discovery.foreign.CheckStatus;
import dev.corrosion.discovery.foreign.ForeignMirror;
import dev.corrosion.discovery.foreign.ForeignService;
import dev.corrosion.discovery.foreign.ServiceCheck;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Copies what a Consul agent has registered, and its checks, into the tables, as instances of this node: so that those who have come
 * over find those who have not. It asks the agent at an interval and writes what has changed. While the agent does not answer, the last
 * that is known stays.
 */
public final class ConsulBridge implements SmartLifecycle {

    /** An agent's answer is far smaller; a wrong URL's need not be. */
    private static final int MAX_ANSWER = 16 << 20;

    private static final Logger log = LoggerFactory.getLogger(ConsulBridge.class);

    private final Settings settings;
    private final ForeignMirror mirror;
    private final HttpClient http;
    private @Nullable Disposable timer;
    private boolean failing;

    /**
     * Where the agent is, and what of it is copied.
     *
     * @param agent such as http://localhost:8500
     * @param token of Consul's ACLs; null for none
     * @param exclude names of services that are left out, such as those that register on both sides
     * @param namespace where the copies are
     */
    public record Settings(
            URI agent,
            @Nullable String token,
            Duration interval,
            Duration timeout,
            Set<String> exclude,
            String namespace) {}

    public ConsulBridge(Settings settings, ForeignMirror mirror) {
        this.settings = settings;
        this.mirror = mirror;
        this.http = HttpClient.newBuilder().connectTimeout(settings.timeout()).build();
    }

    @Override
    public synchronized void start() {
        if (timer == null) {
            timer = Flux.interval(Duration.ZERO, settings.interval())
                    .onBackpressureDrop()
                    .publishOn(Schedulers.boundedElastic(), 1)
                    .subscribe(tick -> copyAndLog());
        }
    }

    @Override
    public synchronized void stop() {
        if (timer != null) {
            timer.dispose();
            timer = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return timer != null;
    }

    private void copyAndLog() {
        try {
            copy();
            if (failing) {
                log.info("The Consul agent at {} is copied again", settings.agent());
                failing = false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the context stops
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                log.warn(
                        "The Consul agent at {} cannot be copied at present ({}); what is known stays, and it is tried again",
                        settings.agent(),
                        e.toString());
                failing = true;
            }
        }
    }

    /** Copies once; called by the timer. */
    void copy() throws IOException, InterruptedException {
        Map<String, Fields> services = get("/v1/agent/services");
        Map<String, Fields> checks = get("/v1/agent/checks");
        List<ForeignService> copies = new ArrayList<>();
        services.forEach((id, service) -> {
            String name = service.text("Service", "");
            if (!settings.exclude().contains(name)) {
                try {
                    copies.add(copy(id, name, service, checks));
                } catch (IllegalArgumentException e) {
                    log.debug("The service {} of Consul is left out: {}", id, e.getMessage());
                }
            }
        });
        mirror.show(copies);
    }

    private ForeignService copy(String id, String name, Fields service, Map<String, Fields> checks) {
        Map<String, String> metadata = new TreeMap<>(service.map("Meta"));
        Fields weights = service.object("Weights");
        String address = service.text("Address");
        List<ServiceCheck> own = new ArrayList<>();
        checks.forEach((checkId, check) -> {
            String of = check.text("ServiceID");
            // Those that belong to no service are the node's, and count for all of its services.
            if (of == null || of.equals(id)) {
                own.add(new ServiceCheck(
                        checkId, new CheckKind.Elsewhere(), status(check.text("Status", "critical")), null));
            }
        });
        return new ForeignService(
                id,
                name,
                settings.namespace(),
                new ForeignService.Address(
                        address != null ? address : settings.agent().getHost(),
                        service.number("Port", 0),
                        "true".equals(metadata.get("secure")) ? "https" : "http",
                        metadata.getOrDefault("zone", ""),
                        Math.max(1, weights == null ? 1 : weights.number("Passing", 1)),
                        service.texts("Tags"),
                        metadata),
                false,
                own);
    }

    /** Consul also knows "maintenance". */
    private static CheckStatus status(String word) {
        return word.equals("maintenance") ? CheckStatus.CRITICAL : AgentRegistration.status(word);
    }

    private Map<String, Fields> get(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(settings.agent().resolve(path)).timeout(settings.timeout());
        if (settings.token() != null) {
            request.header("X-Consul-Token", settings.token());
        }
        HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(MAX_ANSWER + 1);
            if (response.statusCode() != 200 || bytes.length > MAX_ANSWER) {
                throw new IOException(path + " was answered with " + response.statusCode() + " and " + bytes.length
                        + " bytes: is it a Consul agent, and may the token read it?");
            }
            return Fields.parse(new String(bytes, StandardCharsets.UTF_8)).objectsByName();
        }
    }
}
