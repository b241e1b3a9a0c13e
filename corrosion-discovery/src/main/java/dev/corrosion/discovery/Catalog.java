package dev.corrosion.discovery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.cloud.client.ServiceInstance;

/**
 * The services of a namespace at one moment. Immutable: what did not change from one to the next is shared by both.
 *
 * @param entries by service
 * @param services those that have instances for callers, in order
 */
record Catalog(Map<String, Entry> entries, List<String> services) {

    static final Catalog EMPTY = new Catalog(Map.of(), List.of());

    /**
     * A service.
     *
     * @param all its instances, in the order of their ids, each with its standing
     * @param chosen those that callers get, in the same order
     */
    record Entry(List<Listed> all, List<ServiceInstance> chosen) {

        static final Entry NONE = new Entry(List.of(), List.of());
    }

    /** An instance, and whether it has an address. */
    record Listed(CorrosionServiceInstance instance, boolean callable) {}

    /** These entries in the place of those before; an empty one removes its service. */
    Catalog with(Map<String, Entry> changed) {
        if (changed.isEmpty()) {
            return this;
        }
        Map<String, Entry> next = new HashMap<>(entries);
        changed.forEach((service, entry) -> {
            if (entry.all().isEmpty()) {
                next.remove(service);
            } else {
                next.put(service, entry);
            }
        });
        List<String> names = next.entrySet().stream()
                .filter(entry -> !entry.getValue().chosen().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return new Catalog(next, names.equals(services) ? services : names);
    }

    Entry entry(String serviceId) {
        Entry entry = entries.get(serviceId);
        return entry == null ? Entry.NONE : entry;
    }

    /** Allocates nothing. */
    List<ServiceInstance> instances(String serviceId) {
        return entry(serviceId).chosen();
    }

    /** What changed for callers since an earlier catalogue, one event per service that did, in the order of their names. */
    List<ServiceChangedEvent> changesSince(Catalog earlier) {
        Set<String> names = new TreeSet<>(services);
        names.addAll(earlier.services);
        return names.stream()
                .filter(service -> !instances(service).equals(earlier.instances(service)))
                .map(service -> change(service, earlier.instances(service), instances(service)))
                .toList();
    }

    private static ServiceChangedEvent change(
            String service, List<ServiceInstance> before, List<ServiceInstance> after) {
        Map<String, ServiceInstance> old = byId(before);
        Map<String, ServiceInstance> now = byId(after);
        return new ServiceChangedEvent(
                service,
                after,
                after.stream().filter(i -> !old.containsKey(id(i))).toList(),
                before.stream().filter(i -> !now.containsKey(id(i))).toList(),
                after.stream()
                        .filter(i -> old.containsKey(id(i)) && !i.equals(old.get(id(i))))
                        .toList());
    }

    private static Map<String, ServiceInstance> byId(List<ServiceInstance> instances) {
        Map<String, ServiceInstance> byId = new HashMap<>();
        instances.forEach(instance -> byId.put(id(instance), instance));
        return byId;
    }

    private static String id(ServiceInstance instance) {
        return String.valueOf(instance.getInstanceId());
    }
}
