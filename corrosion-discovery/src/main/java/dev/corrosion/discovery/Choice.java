package dev.corrosion.discovery;

import java.util.List;
import org.springframework.cloud.client.ServiceInstance;

/** Chooses among the instances of a service as the view {@code healthy_instances} does: those of the best standing. */
final class Choice {

    private Choice() {}

    /**
     * The instances that callers get, in the order given.
     *
     * @param filter asked first, so that what is chosen is the best of what is wanted
     * @param includeUnhealthy whether callers get everything that is wanted
     */
    static List<ServiceInstance> of(List<Catalog.Listed> all, InstanceFilter filter, boolean includeUnhealthy) {
        if (includeUnhealthy) {
            return all.stream()
                    .map(Catalog.Listed::instance)
                    .filter(filter::accepts)
                    .<ServiceInstance>map(instance -> instance)
                    .toList();
        }
        List<CorrosionServiceInstance> wanted = all.stream()
                .filter(Catalog.Listed::callable)
                .map(Catalog.Listed::instance)
                .filter(instance -> instance.getStanding() != Standing.OUT && filter.accepts(instance))
                .toList();
        Standing best = wanted.stream()
                .map(CorrosionServiceInstance::getStanding)
                .min(Standing::compareTo)
                .orElse(Standing.OUT);
        return wanted.stream()
                .filter(instance -> instance.getStanding() == best)
                .<ServiceInstance>map(instance -> instance)
                .toList();
    }
}
