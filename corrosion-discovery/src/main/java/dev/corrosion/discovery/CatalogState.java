package dev.corrosion.discovery;

import dev.corrosion.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the catalogue is made of: instances, critical checks and nodes. After each change only the services that it is about
 * are made anew. Not thread-safe: the feed owns it.
 */
final class CatalogState {

    private final DiscoveryOptions options;
    private final RowWarnings warnings;

    /** By service, then in the order of instance ids, which is the same everywhere. */
    private final Map<String, TreeMap<String, CatalogRow>> services = new HashMap<>();

    private final Map<String, CatalogRow> byInstance = new HashMap<>();
    private final Map<String, Set<String>> criticalChecks = new HashMap<>();
    private final Set<String> touched = new HashSet<>();
    private @Nullable NodeStandings nodes;
    private boolean servicesKnown;
    private boolean checksKnown;
    private Catalog catalog;

    /** @param known what was known before; what is still like that is taken over */
    CatalogState(DiscoveryOptions options, RowWarnings warnings, Catalog known) {
        this.options = options;
        this.warnings = warnings;
        this.catalog = known;
    }

    void services(RowStep step) {
        if (step.fresh()) {
            touched.addAll(services.keySet());
            touched.addAll(catalog.entries().keySet());
            services.clear();
            byInstance.clear();
            servicesKnown = true;
        }
        for (RowStep.Change change : step.changes()) {
            remove(String.valueOf(change.row().getString("instance_id")));
            CatalogRow row = change.present() ? CatalogRow.of(change.row(), warnings) : null;
            if (row != null) {
                byInstance.put(row.id(), row);
                services.computeIfAbsent(row.instance().getServiceId(), service -> new TreeMap<>())
                        .put(row.id(), row);
                touched.add(row.instance().getServiceId());
            }
        }
    }

    private void remove(String instanceId) {
        CatalogRow row = byInstance.remove(instanceId);
        if (row != null) {
            String service = row.instance().getServiceId();
            Map<String, CatalogRow> rest = Objects.requireNonNull(services.get(service));
            rest.remove(instanceId);
            if (rest.isEmpty()) {
                services.remove(service);
            }
            touched.add(service);
        }
    }

    void checks(RowStep step) {
        if (step.fresh()) {
            touched.addAll(services.keySet());
            criticalChecks.clear();
            checksKnown = true;
        }
        for (RowStep.Change change : step.changes()) {
            String instance = String.valueOf(change.row().getString("instance_id"));
            String check = String.valueOf(change.row().getString("check_id"));
            Set<String> critical = criticalChecks.computeIfAbsent(instance, id -> new HashSet<>());
            if (change.present()) {
                critical.add(check);
            } else {
                critical.remove(check);
            }
            if (critical.isEmpty()) {
                criticalChecks.remove(instance);
            }
            CatalogRow row = byInstance.get(instance);
            if (row != null) {
                touched.add(row.instance().getServiceId());
            }
        }
    }

    void members(List<Row> rows) {
        NodeStandings now = NodeStandings.of(rows);
        NodeStandings before = nodes;
        nodes = now;
        services.forEach((service, instances) -> {
            if (before == null
                    || instances.values().stream()
                            .anyMatch(row ->
                                    now.differsFrom(before, row.instance().getNodeId()))) {
                touched.add(service);
            }
        });
    }

    /** The catalogue as it is now, the same object if nothing changed; null while not everything is known. */
    @Nullable Catalog catalog() {
        NodeStandings known = nodes;
        if (known == null || !servicesKnown || !checksKnown) {
            return null;
        }
        Map<String, Catalog.Entry> changed = new HashMap<>();
        for (String service : touched) {
            Catalog.Entry before = catalog.entry(service);
            Catalog.Entry now = entry(service, known, before);
            if (!now.all().equals(before.all())) {
                changed.put(service, now);
            }
        }
        touched.clear();
        catalog = catalog.with(changed);
        return catalog;
    }

    private Catalog.Entry entry(String service, NodeStandings known, Catalog.Entry before) {
        Map<String, CatalogRow> rows = services.get(service);
        if (rows == null) {
            return Catalog.Entry.NONE;
        }
        Map<String, Catalog.Listed> old = new HashMap<>();
        before.all().forEach(listed -> old.put(String.valueOf(listed.instance().getInstanceId()), listed));
        List<Catalog.Listed> all = new ArrayList<>(rows.size());
        for (CatalogRow row : rows.values()) {
            Catalog.Listed listed = new Catalog.Listed(row.instance().in(standing(row, known)), row.callable());
            Catalog.Listed same = old.get(row.id());
            all.add(listed.equals(same) ? same : listed);
        }
        List<Catalog.Listed> fixed = List.copyOf(all);
        return new Catalog.Entry(fixed, Choice.of(fixed, options.filter(service), options.includeUnhealthy()));
    }

    private Standing standing(CatalogRow row, NodeStandings known) {
        CorrosionServiceInstance instance = row.instance();
        if (!ServiceStatus.UP.name().equals(instance.getStatus()) || criticalChecks.containsKey(row.id())) {
            return Standing.OUT;
        }
        return known.of(instance.getNodeId(), row.nodeStarted());
    }
}
