package dev.corrosion.sample.page;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes all stock nodes count one item at the same moment, each with another result. All of them write the same row, and
 * all copies end up with the same one of the values. Calls each instance by its address, so without the load balancer.
 */
@Component
class CountRace {

    private static final int MAX_COUNT = 1000;

    private final DiscoveryClient discovery;
    private final WebClient http = WebClient.create();

    CountRace(DiscoveryClient discovery) {
        this.discovery = discovery;
    }

    record Count(String item, int quantity, String countedBy) {}

    Flux<Count> run(String item) {
        List<Mono<Count>> counts = discovery.getInstances("stock").stream()
                .map(instance -> http.put()
                        .uri(instance.getUri() + "/stock/{item}/count", item)
                        .bodyValue(
                                Map.of("quantity", ThreadLocalRandom.current().nextInt(MAX_COUNT)))
                        .retrieve()
                        .bodyToMono(Count.class))
                .toList();
        return counts.isEmpty()
                ? Flux.error(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "no stock node is there"))
                : Flux.merge(counts);
    }
}
