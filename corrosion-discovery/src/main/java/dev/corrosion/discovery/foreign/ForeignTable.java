package dev.corrosion.discovery.foreign;

import dev.corrosion.Corrosion;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/** The rows of this node's foreign instances, from one source, and no others. */
final class ForeignTable {

    private static final JsonWriter<Object> JSON = JsonWriter.standard();

    private static final String PUT = """
            INSERT INTO services (instance_id, namespace, service, node_id, node_started, host, port, secure, scheme, zone,
                weight, tags, metadata, source, status, status_detail, registered_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (instance_id) DO UPDATE SET namespace = excluded.namespace, service = excluded.service,
                node_id = excluded.node_id, node_started = excluded.node_started, host = excluded.host,
                port = excluded.port, secure = excluded.secure, scheme = excluded.scheme, zone = excluded.zone,
                weight = excluded.weight, tags = excluded.tags, metadata = excluded.metadata, source = excluded.source,
                status = excluded.status, status_detail = excluded.status_detail, updated_at = excluded.updated_at""";

    private static final String PUT_CHECK = """
            INSERT INTO checks (instance_id, check_id, node_id, kind, status, output, definition, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET node_id = excluded.node_id, kind = excluded.kind, status = excluded.status,
                output = excluded.output, definition = excluded.definition, updated_at = excluded.updated_at""";

    private static final Logger log = LoggerFactory.getLogger(ForeignTable.class);

    private final Corrosion corrosion;
    private final String source;
    private final Clock clock;
    private final String nodeId;
    private final String node;

    ForeignTable(Corrosion corrosion, String source, Clock clock) {
        this.corrosion = corrosion;
        this.source = source;
        this.clock = clock;
        this.nodeId = corrosion.actorId().toString();
        this.node = corrosion.actorId().shortId();
    }

    /** The instance id of a service: ids are unique on the node only. */
    String instanceId(String id) {
        return id + "@" + node;
    }

    /** All of it in one transaction. */
    void put(ForeignService service) {
        String instance = instanceId(service.id());
        ForeignService.Address address = service.address();
        List<Statement> statements = new ArrayList<>();
        statements.add(Statement.of(
                PUT,
                instance,
                service.namespace(),
                service.name(),
                nodeId,
                startedMillis(),
                address.host(),
                address.port(),
                "https".equals(address.scheme()),
                address.scheme(),
                address.zone(),
                address.weight(),
                JSON.writeToString(address.tags()),
                JSON.writeToString(address.metadata()),
                source,
                service.maintenance() ? "OUT_OF_SERVICE" : "UP",
                service.maintenance() ? "maintenance" : "",
                clock.millis(),
                clock.millis()));
        statements.add(Statement.of("DELETE FROM checks WHERE instance_id = ?", instance));
        for (ServiceCheck check : service.checks()) {
            statements.add(Statement.of(
                    PUT_CHECK,
                    instance,
                    check.id(),
                    nodeId,
                    check.kind().word(),
                    check.initial().name(),
                    "",
                    CheckDefinitions.write(check),
                    clock.millis()));
        }
        corrosion.write(statements.toArray(Statement[]::new));
    }

    void remove(String id) {
        corrosion.write(
                Statement.of("DELETE FROM services WHERE instance_id = ?", instanceId(id)),
                Statement.of("DELETE FROM checks WHERE instance_id = ?", instanceId(id)));
    }

    void status(String id, String checkId, CheckStatus status, String output) {
        corrosion.write(Statement.of(
                "UPDATE checks SET status = ?, output = ?, updated_at = ? WHERE instance_id = ? AND check_id = ?",
                status.name(),
                output,
                clock.millis(),
                instanceId(id),
                checkId));
    }

    /** What an earlier run of this node has registered, with the checks as they stood. */
    List<ForeignService> load() {
        List<ForeignService> services = new ArrayList<>();
        for (Row row : corrosion.query(Statement.of(
                "SELECT * FROM services WHERE node_id = ? AND source = ? ORDER BY instance_id", nodeId, source))) {
            try {
                services.add(service(row));
            } catch (RuntimeException e) {
                log.warn("A registration of an earlier run cannot be taken up again: {}", row, e);
            }
        }
        return services;
    }

    private ForeignService service(Row row) {
        String instance = text(row, "instance_id");
        List<ServiceCheck> checks = new ArrayList<>();
        for (Row check : corrosion.query(Statement.of(
                "SELECT check_id, kind, status, definition FROM checks WHERE instance_id = ? ORDER BY check_id",
                instance))) {
            checks.add(CheckDefinitions.read(
                    text(check, "check_id"),
                    text(check, "kind"),
                    CheckStatus.valueOf(text(check, "status")),
                    text(check, "definition")));
        }
        Map<String, String> metadata = new TreeMap<>();
        JsonParserFactory.getJsonParser()
                .parseMap(text(row, "metadata"))
                .forEach((key, value) -> metadata.put(key, String.valueOf(value)));
        return new ForeignService(
                instance.substring(0, instance.length() - node.length() - 1),
                text(row, "service"),
                text(row, "namespace"),
                new ForeignService.Address(
                        text(row, "host"),
                        Math.toIntExact(row.getLong("port")),
                        text(row, "scheme"),
                        text(row, "zone"),
                        Math.toIntExact(row.getLong("weight")),
                        JsonParserFactory.getJsonParser().parseList(text(row, "tags")).stream()
                                .map(String::valueOf)
                                .toList(),
                        metadata),
                !"UP".equals(row.getString("status")),
                checks);
    }

    /** Asked each time: a context that was stopped comes back with the node in its next run. */
    private long startedMillis() {
        return corrosion.status().startedAt().toEpochMilli();
    }

    private static String text(Row row, String column) {
        return Objects.requireNonNull(row.getString(column), column);
    }
}
