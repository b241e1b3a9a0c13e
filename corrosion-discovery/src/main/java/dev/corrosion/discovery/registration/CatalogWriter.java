package dev.corrosion.discovery.registration;

import dev.corrosion.Corrosion;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import dev.corrosion.discovery.ServiceStatus;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.boot.json.JsonWriter;
import reactor.core.publisher.Flux;

/** Writes the rows of this node, and no others. */
final class CatalogWriter {

    private static final JsonWriter<Map<String, String>> JSON = JsonWriter.standard();

    private final Corrosion corrosion;
    private final Clock clock;
    private final String nodeId;
    private final String nodeName;

    CatalogWriter(Corrosion corrosion, Clock clock) {
        this.corrosion = corrosion;
        this.clock = clock;
        NodeStatus status = corrosion.status();
        this.nodeId = status.actorId().toString();
        this.nodeName = status.name();
    }

    /** Removes what an earlier run of this node left behind, and says where this one is. */
    void begin(String host) {
        NodeStatus status = corrosion.status();
        corrosion.write(
                Statement.of(
                        "DELETE FROM services WHERE node_id = ? AND node_started <> ?", nodeId, startedMillis(status)),
                machine(host, status));
    }

    /** Asks when the node was started: a context that was stopped comes back with the node in its next run. */
    void put(CorrosionRegistration registration, ServiceStatus status) {
        NodeStatus node = corrosion.status();
        corrosion.write(
                Statement.of(
                        """
                        INSERT INTO services (instance_id, service, node_id, node_started, host, port, secure, scheme,
                            metadata, status, registered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (instance_id) DO UPDATE SET service = excluded.service,
                            node_id = excluded.node_id, node_started = excluded.node_started, host = excluded.host,
                            port = excluded.port, secure = excluded.secure, scheme = excluded.scheme,
                            metadata = excluded.metadata, status = excluded.status,
                            registered_at = excluded.registered_at""",
                        registration.getInstanceId(),
                        registration.getServiceId(),
                        nodeId,
                        startedMillis(node),
                        registration.getHost(),
                        registration.getPort(),
                        registration.isSecure(),
                        registration.getScheme(),
                        JSON.writeToString(new TreeMap<>(registration.getMetadata())),
                        status.name(),
                        clock.millis()),
                machine(registration.getHost(), node));
    }

    void status(String instanceId, ServiceStatus status) {
        corrosion.write(
                Statement.of("UPDATE services SET status = ? WHERE instance_id = ?", status.name(), instanceId));
    }

    void remove(String instanceId) {
        corrosion.write(Statement.of("DELETE FROM services WHERE instance_id = ?", instanceId));
    }

    /** The instances of this node that are in the table. */
    Set<String> present() {
        return corrosion.query(ownInstances()).stream()
                .map(row -> String.valueOf(row.get(0)))
                .collect(Collectors.toSet());
    }

    /** Signals now and whenever the rows of this node change. */
    Flux<?> watch() {
        return corrosion.live(ownInstances());
    }

    private Statement ownInstances() {
        return Statement.of("SELECT instance_id FROM services WHERE node_id = ?", nodeId);
    }

    private Statement machine(String host, NodeStatus node) {
        return Statement.of("""
                INSERT INTO machines (node_id, name, host, cluster_address, started_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (node_id) DO UPDATE SET name = excluded.name, host = excluded.host,
                    cluster_address = excluded.cluster_address, started_at = excluded.started_at,
                    updated_at = excluded.updated_at""", nodeId, nodeName, host, clusterAddress(node), startedMillis(node), clock.millis());
    }

    private static long startedMillis(NodeStatus status) {
        return status.startedAt().toEpochMilli();
    }

    private static String clusterAddress(NodeStatus status) {
        return status.address().getHostString() + ":" + status.address().getPort();
    }
}
