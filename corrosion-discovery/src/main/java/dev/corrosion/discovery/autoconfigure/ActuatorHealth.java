package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.ServiceStatus;
import dev.corrosion.discovery.registration.ApplicationHealth;
import dev.corrosion.discovery.registration.HealthReport;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.ReactiveHealthContributors;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of the application without that of discovery, which would follow itself, of the node, which says nothing about
 * whether requests can be served, and of readiness, which decides whether there is a registration at all.
 */
final class ActuatorHealth implements ApplicationHealth {

    /** Names of contributors that are left out. */
    private static final Set<String> EXCLUDED =
            Set.of("corrosion", "discoveryComposite", "discoveryClient", "reactiveDiscoveryClients", "readinessState");

    /** From this HTTP status on a health of another name than the four known ones counts as DOWN. */
    private static final int FIRST_ERROR = 400;

    private final HealthEndpoint endpoint;
    private final HealthEndpointGroup group;
    private final @Nullable String groupName;
    private final HealthContributors contributors;
    private final @Nullable ReactiveHealthContributors reactive;

    /** @param groupName group to ask, or null for the health of the whole */
    ActuatorHealth(
            HealthEndpoint endpoint,
            HealthEndpointGroup group,
            @Nullable String groupName,
            HealthContributors contributors,
            @Nullable ReactiveHealthContributors reactive) {
        this.endpoint = endpoint;
        this.group = group;
        this.groupName = groupName;
        this.contributors = contributors;
        this.reactive = reactive;
    }

    @Override
    public HealthReport check() {
        Map<String, Status> found = new TreeMap<>();
        for (String name : names()) {
            HealthDescriptor health =
                    groupName == null ? endpoint.healthForPath(name) : endpoint.healthForPath(groupName, name);
            if (health != null) {
                found.put(name, health.getStatus());
            }
        }
        if (found.isEmpty()) {
            return HealthReport.UP;
        }
        ServiceStatus status =
                status(group.getStatusAggregator().getAggregateStatus(new LinkedHashSet<>(found.values())));
        return status == ServiceStatus.UP ? HealthReport.UP : new HealthReport(status, detail(found));
    }

    private Set<String> names() {
        Stream<String> all = contributors.stream().map(HealthContributors.Entry::name);
        if (reactive != null) {
            all = Stream.concat(all, reactive.stream().map(ReactiveHealthContributors.Entry::name));
        }
        return all.filter(name -> !EXCLUDED.contains(name)).collect(Collectors.toSet());
    }

    private ServiceStatus status(Status status) {
        if (status.equals(Status.DOWN)) {
            return ServiceStatus.DOWN;
        }
        if (status.equals(Status.OUT_OF_SERVICE)) {
            return ServiceStatus.OUT_OF_SERVICE;
        }
        boolean known = status.equals(Status.UP) || status.equals(Status.UNKNOWN);
        return !known && group.getHttpCodeStatusMapper().getStatusCode(status) >= FIRST_ERROR
                ? ServiceStatus.DOWN
                : ServiceStatus.UP;
    }

    /** Names only: what a contributor says of itself may be meant for few. */
    private String detail(Map<String, Status> found) {
        List<String> failing = new ArrayList<>();
        found.forEach((name, status) -> {
            if (status(status) != ServiceStatus.UP) {
                failing.add(name + " " + status.getCode());
            }
        });
        return String.join(", ", failing);
    }
}
