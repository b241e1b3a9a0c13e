package dev.corrosion.discovery.loadbalancer;

import dev.corrosion.discovery.CorrosionDiscovery;
import java.util.List;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import reactor.core.publisher.Flux;

/** What the catalogue has at the moment of each call. */
final class SnapshotInstanceListSupplier implements ServiceInstanceListSupplier {

    private final CorrosionDiscovery discovery;
    private final String serviceId;

    SnapshotInstanceListSupplier(CorrosionDiscovery discovery, String serviceId) {
        this.discovery = discovery;
        this.serviceId = serviceId;
    }

    @Override
    public String getServiceId() {
        return serviceId;
    }

    @Override
    public Flux<List<ServiceInstance>> get() {
        return Flux.defer(() -> Flux.just(discovery.instances(serviceId)));
    }
}
