package dev.corrosion.discovery.consul;

import dev.corrosion.Corrosion;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.discovery.foreign.ForeignRegistry;
import dev.corrosion.discovery.foreign.ForeignService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/** The catalogue in the form of Consul's answers. */
final class ConsulCatalog {

    private static final JsonWriter<Object> JSON = JsonWriter.standard();

    private static final String INSTANCES = """
            SELECT i.*, m.name AS node_name, m.host AS node_host FROM %s i LEFT JOIN machines m ON m.node_id = i.node_id
            WHERE i.namespace = ? AND i.service = ? ORDER BY i.instance_id""";

    private final Corrosion corrosion;
    private final ForeignRegistry registry;

    ConsulCatalog(Corrosion corrosion, ForeignRegistry registry) {
        this.corrosion = corrosion;
        this.registry = registry;
    }

    /** What has been registered through this node. */
    String registered() {
        Map<String, Object> services = new TreeMap<>();
        for (ForeignService service : registry.services()) {
            services.put(service.id(), service(service));
        }
        return JSON.writeToString(services);
    }

    String registeredChecks() {
        Map<String, Object> checks = new TreeMap<>();
        for (ForeignRegistry.CheckState state : registry.checks()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("CheckID", state.check().id());
            json.put("ServiceID", state.serviceId());
            json.put("Type", state.check().kind().word());
            json.put("Status", word(state.status().name()));
            json.put("Output", state.output());
            checks.put(state.check().id(), json);
        }
        return JSON.writeToString(checks);
    }

    /** The names of services and their tags. */
    String services(String namespace) {
        Map<String, TreeSet<String>> services = new TreeMap<>();
        for (Row row :
                corrosion.query(Statement.of("SELECT service, tags FROM services WHERE namespace = ?", namespace))) {
            services.computeIfAbsent(text(row, "service"), name -> new TreeSet<>())
                    .addAll(tags(row));
        }
        return JSON.writeToString(services);
    }

    /** @param passing only those that may be called */
    String health(String namespace, String service, @Nullable String tag, boolean passing) {
        List<Object> entries = new ArrayList<>();
        String from = passing ? "healthy_instances" : "service_instances";
        for (Row row : instances(from, namespace, service, tag)) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("Node", node(row));
            entry.put("Service", service(row));
            entry.put("Checks", checks(row));
            entries.add(entry);
        }
        return JSON.writeToString(entries);
    }

    String instances(String namespace, String service, @Nullable String tag) {
        List<Object> entries = new ArrayList<>();
        for (Row row : instances("service_instances", namespace, service, tag)) {
            Map<String, Object> entry = new LinkedHashMap<>(node(row));
            service(row).forEach((name, value) -> entry.put("Service" + name, value));
            entry.put("ServiceName", service);
            entries.add(entry);
        }
        return JSON.writeToString(entries);
    }

    private List<Row> instances(String from, String namespace, String service, @Nullable String tag) {
        return corrosion.query(Statement.of(INSTANCES.formatted(from), namespace, service)).stream()
                .filter(row -> tag == null || tags(row).contains(tag))
                .toList();
    }

    private static Map<String, Object> node(Row row) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("ID", text(row, "node_id"));
        node.put("Node", Objects.requireNonNullElse(row.getString("node_name"), text(row, "node_id")));
        node.put("Address", Objects.requireNonNullElse(row.getString("node_host"), ""));
        return node;
    }

    private static Map<String, Object> service(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ID", text(row, "instance_id"));
        json.put("Service", text(row, "service"));
        json.put("Tags", tags(row));
        json.put("Address", text(row, "host"));
        json.put("Port", row.getLong("port"));
        json.put("Meta", JsonParserFactory.getJsonParser().parseMap(text(row, "metadata")));
        json.put("Weights", weights(row.getLong("weight")));
        json.put("Namespace", text(row, "namespace"));
        return json;
    }

    private static Map<String, Object> service(ForeignService service) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ID", service.id());
        json.put("Service", service.name());
        json.put("Tags", service.address().tags());
        json.put("Address", service.address().host());
        json.put("Port", service.address().port());
        json.put("Meta", service.address().metadata());
        json.put("Weights", weights(service.address().weight()));
        json.put("Namespace", service.namespace());
        return json;
    }

    private static Map<String, Object> weights(long weight) {
        Map<String, Object> weights = new LinkedHashMap<>();
        weights.put("Passing", weight);
        weights.put("Warning", weight);
        return weights;
    }

    /** The node's own verdict first, as Consul has it for serf, then the instance's. */
    private List<Object> checks(Row instance) {
        List<Object> checks = new ArrayList<>();
        String standing = text(instance, "standing");
        checks.add(check(
                "standing",
                "",
                switch (standing) {
                    case "UP" -> "passing";
                    case "OUT" -> "critical";
                    default -> "warning";
                },
                standing));
        for (Row row : corrosion.query(Statement.of(
                "SELECT check_id, status, output FROM checks WHERE instance_id = ? ORDER BY check_id",
                text(instance, "instance_id")))) {
            checks.add(check(
                    text(row, "check_id"),
                    text(instance, "instance_id"),
                    word(text(row, "status")),
                    text(row, "output")));
        }
        return checks;
    }

    private static Map<String, Object> check(String id, String serviceId, String status, String output) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("CheckID", id);
        json.put("ServiceID", serviceId);
        json.put("Status", status);
        json.put("Output", output);
        return json;
    }

    private static List<String> tags(Row row) {
        return JsonParserFactory.getJsonParser().parseList(text(row, "tags")).stream()
                .map(String::valueOf)
                .toList();
    }

    private static String word(String status) {
        return status.toLowerCase(Locale.ROOT);
    }

    private static String text(Row row, String column) {
        return Objects.requireNonNull(row.getString(column), column);
    }
}
