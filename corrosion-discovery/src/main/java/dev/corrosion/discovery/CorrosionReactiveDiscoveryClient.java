package dev.corrosion.discovery;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring Cloud's reactive discovery. Its streams end, as its callers need; live ones are in {@link CorrosionDiscovery}. */
public final class CorrosionReactiveDiscoveryClient implements ReactiveDiscoveryClient {

    private final CorrosionDiscovery discovery;
    private final int order;

    public CorrosionReactiveDiscoveryClient(CorrosionDiscovery discovery, int order) {
        this.discovery = discovery;
        this.order = order;
    }

    @Override
    public String description() {
        return "Corrosion Reactive Discovery Client";
    }

    @Override
    public Flux<ServiceInstance> getInstances(String serviceId) {
        return Flux.defer(() -> Flux.fromIterable(discovery.instances(serviceId)));
    }

    @Override
    public Flux<String> getServices() {
        return Flux.defer(() -> Flux.fromIterable(discovery.services()));
    }

    /** Fails if the snapshot does not follow changes at present. */
    @Override
    public Mono<Void> reactiveProbe() {
        return Mono.fromRunnable(discovery::probe);
    }

    @Override
    public int getOrder() {
        return order;
    }
}
