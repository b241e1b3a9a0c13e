package dev.corrosion.discovery;

import dev.corrosion.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;

/**
 * The instances that may be called, by service. Immutable.
 *
 * <p>Two sources decide: the table says who registered what, membership says who is there. An instance counts if it is up
 * and its node is this one or a member that is present. A row of an earlier run of its node never counts: whatever
 * listens on that port now is not what was registered.
 *
 * <p>A node that membership has never heard of counts too as long as this node is alone, or new: after a restart in a
 * partition the local copy still answers. Once others are there, they would have told of the node if it existed.
 */
record Catalog(Map<String, List<ServiceInstance>> byService) {

    static final Catalog EMPTY = new Catalog(Map.of());

    /**
     * What this node knows of itself and of the others.
     *
     * @param nodeId this node
     * @param startedMillis when it was opened
     * @param settled whether it has been up for long enough to have heard of all members
     */
    record View(String nodeId, long startedMillis, List<Member> members, boolean settled) {}

    static Catalog of(List<CatalogRow> rows, View view) {
        Map<String, Member> members = view.members().stream()
                .collect(Collectors.toMap(member -> member.id().toString(), Function.identity(), (a, b) -> a));
        boolean trustUnknown = !view.settled() || view.members().stream().noneMatch(Member::isPresent);
        Map<String, List<ServiceInstance>> byService = new TreeMap<>();
        for (CatalogRow row : rows) {
            // Without a port there is nothing to call: a worker that is registered so that people see it.
            if (row.up()
                    && row.instance().getPort() > 0
                    && counts(row, members.get(row.instance().getNodeId()), view, trustUnknown)) {
                byService
                        .computeIfAbsent(row.instance().getServiceId(), service -> new ArrayList<>())
                        .add(row.instance());
            }
        }
        byService.replaceAll((service, instances) -> List.copyOf(instances));
        return new Catalog(Collections.unmodifiableMap(byService));
    }

    private static boolean counts(CatalogRow row, @Nullable Member member, View view, boolean trustUnknown) {
        if (row.instance().getNodeId().equals(view.nodeId())) {
            return row.nodeStartedMillis() == view.startedMillis();
        }
        if (member == null) {
            return trustUnknown;
        }
        return member.isPresent() && member.startedAt().toEpochMilli() <= row.nodeStartedMillis();
    }

    List<ServiceInstance> instances(String serviceId) {
        return byService.getOrDefault(serviceId, List.of());
    }

    List<String> services() {
        return List.copyOf(byService.keySet());
    }

    /** What changed since an earlier catalogue, one event per service that did, in the order of their names. */
    List<ServiceChangedEvent> changesSince(Catalog earlier) {
        Set<String> services = new TreeSet<>(byService.keySet());
        services.addAll(earlier.byService.keySet());
        return services.stream()
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
