package dev.corrosion.sample.page;

import dev.corrosion.Corrosion;
import dev.corrosion.http.autoconfigure.CorrosionHttpProperties;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Who this node is, and discovery as an application uses it: list services, call one by its name. */
@RestController
@RequestMapping("/api")
class ServiceController {

    private final Corrosion corrosion;
    private final Environment environment;
    private final DiscoveryClient discoveryClient;
    private final CorrosionHttpProperties api;
    private final WebClient webClient;

    ServiceController(
            Corrosion corrosion,
            Environment environment,
            DiscoveryClient discoveryClient,
            CorrosionHttpProperties api,
            WebClient.Builder loadBalanced) {
        this.corrosion = corrosion;
        this.environment = environment;
        this.discoveryClient = discoveryClient;
        this.api = api;
        this.webClient = loadBalanced.build();
    }

    /**
     * This process.
     *
     * @param name of the node
     * @param node its id
     */
    record WhoAmI(String service, String name, String node, long pid, int port) {}

    /** With which the page may read by the HTTP API of this node. */
    record ReadToken(String token) {}

    record Instance(String instanceId, String uri, Map<String, String> metadata) {

        static Instance of(ServiceInstance instance) {
            Map<String, String> metadata = instance.getMetadata();
            return new Instance(
                    String.valueOf(instance.getInstanceId()),
                    instance.getUri().toString(),
                    metadata == null ? Map.of() : metadata);
        }
    }

    @GetMapping("/whoami")
    WhoAmI whoAmI() {
        return new WhoAmI(
                environment.getProperty("spring.application.name", ""),
                corrosion.status().name(),
                corrosion.actorId().toString(),
                ProcessHandle.current().pid(),
                environment.getProperty("local.server.port", Integer.class, 0));
    }

    @GetMapping("/read-token")
    ReadToken readToken() {
        return new ReadToken(api.tokens().get(0).token());
    }

    @GetMapping("/services")
    Map<String, List<Instance>> services() {
        Map<String, List<Instance>> services = new TreeMap<>();
        for (String service : discoveryClient.getServices()) {
            services.put(
                    service,
                    discoveryClient.getInstances(service).stream()
                            .map(Instance::of)
                            .toList());
        }
        return services;
    }

    /** Who answers when the service is called by its name. */
    @GetMapping("/call/{service}")
    Mono<WhoAmI> call(@PathVariable String service) {
        return webClient
                .get()
                .uri("http://{service}/api/whoami", service)
                .retrieve()
                .bodyToMono(WhoAmI.class)
                .onErrorMap(WebClientResponseException.ServiceUnavailable.class, e -> unavailable(service, e))
                .onErrorMap(WebClientRequestException.class, e -> unavailable(service, e));
    }

    private static ResponseStatusException unavailable(String service, Throwable cause) {
        return new ResponseStatusException(
                HttpStatus.SERVICE_UNAVAILABLE, "no instance of " + service + " can be called", cause);
    }
}
