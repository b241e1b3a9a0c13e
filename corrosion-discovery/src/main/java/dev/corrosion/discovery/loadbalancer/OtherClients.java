package dev.corrosion.discovery.loadbalancer;

import dev.corrosion.discovery.CorrosionDiscoveryClient;
import dev.corrosion.discovery.CorrosionReactiveDiscoveryClient;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.composite.reactive.ReactiveCompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryClient;
import org.springframework.util.function.SingletonSupplier;

/**
 * The discovery clients of an application beside ours. Spring's simple clients, which every application has, are asked what
 * they have been configured with; of any other it is not known what it would answer, and asking may take a call over the
 * network.
 */
public final class OtherClients {

    private final Supplier<List<DiscoveryClient>> blocking;
    private final Supplier<List<ReactiveDiscoveryClient>> reactive;

    /** @param beans looked into when it is asked first, since discovery clients may be made late */
    public OtherClients(ListableBeanFactory beans) {
        this.blocking = SingletonSupplier.of(() -> beans.getBeanProvider(DiscoveryClient.class).stream()
                .filter(client ->
                        !(client instanceof CorrosionDiscoveryClient || client instanceof CompositeDiscoveryClient))
                .toList());
        this.reactive = SingletonSupplier.of(() -> beans.getBeanProvider(ReactiveDiscoveryClient.class).stream()
                .filter(client -> !(client instanceof CorrosionReactiveDiscoveryClient
                        || client instanceof ReactiveCompositeDiscoveryClient))
                .toList());
    }

    /** Whether it is certain that they have no instances of a service. */
    public boolean lack(String serviceId) {
        return blocking.get().stream().allMatch(client -> lacks(client, serviceId))
                && reactive.get().stream().allMatch(client -> lacks(client, serviceId));
    }

    private static boolean lacks(DiscoveryClient client, String serviceId) {
        return client instanceof SimpleDiscoveryClient
                && client.getInstances(serviceId).isEmpty();
    }

    private static boolean lacks(ReactiveDiscoveryClient client, String serviceId) {
        return client instanceof SimpleReactiveDiscoveryClient simple
                && simple.getInstances(serviceId)
                        .hasElements()
                        .toFuture()
                        .getNow(true)
                        .equals(false);
    }
}
