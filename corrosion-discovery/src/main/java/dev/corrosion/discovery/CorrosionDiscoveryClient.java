package dev.corrosion.discovery;

import dev.corrosion.CorrosionException;
import java.util.List;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/** Spring Cloud's blocking discovery, which here never blocks: it reads the snapshot. */
public final class CorrosionDiscoveryClient implements DiscoveryClient {

    private final CorrosionDiscovery discovery;
    private final int order;

    public CorrosionDiscoveryClient(CorrosionDiscovery discovery, int order) {
        this.discovery = discovery;
        this.order = order;
    }

    @Override
    public String description() {
        return "Corrosion Discovery Client";
    }

    @Override
    public List<ServiceInstance> getInstances(String serviceId) {
        return discovery.instances(serviceId);
    }

    @Override
    public List<String> getServices() {
        return discovery.services();
    }

    /** @throws CorrosionException if the snapshot does not follow changes at present */
    @Override
    public void probe() {
        discovery.probe();
    }

    @Override
    public int getOrder() {
        return order;
    }
}
