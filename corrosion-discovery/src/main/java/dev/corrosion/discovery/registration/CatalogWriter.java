package dev.corrosion.discovery.registration;

import dev.corrosion.Acknowledgement;
import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.json.JsonWriter;
import reactor.core.publisher.Flux;

/** Writes the rows of this node, and no others. A row that is already as it should be is not written. */
final class CatalogWriter {

    /** How many others a node can ask whether they have a write. */
    private static final int MAX_ASKED = 64;

    private static final JsonWriter<Object> JSON = JsonWriter.standard();

    private static final String PUT = """
            INSERT INTO services (instance_id, namespace, service, service_group, node_id, node_started, host, port,
                secure, scheme, zone, version, weight, tags, metadata, status, status_detail, registered_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (instance_id) DO UPDATE SET namespace = excluded.namespace, service = excluded.service,
                service_group = excluded.service_group, node_id = excluded.node_id,
                node_started = excluded.node_started, host = excluded.host, port = excluded.port,
                secure = excluded.secure, scheme = excluded.scheme, zone = excluded.zone, version = excluded.version,
                weight = excluded.weight, tags = excluded.tags, metadata = excluded.metadata,
                status = excluded.status, status_detail = excluded.status_detail,
                registered_at = excluded.registered_at, updated_at = excluded.updated_at, source = ''
            WHERE services.source <> '' OR (services.namespace, services.service, services.service_group, services.node_id,
                services.node_started, services.host, services.port, services.secure, services.scheme, services.zone,
                services.version, services.weight, services.tags, services.metadata, services.status,
                services.status_detail)
                IS NOT (excluded.namespace, excluded.service, excluded.service_group, excluded.node_id,
                excluded.node_started, excluded.host, excluded.port, excluded.secure, excluded.scheme, excluded.zone,
                excluded.version, excluded.weight, excluded.tags, excluded.metadata, excluded.status,
                excluded.status_detail)""";

    private static final String MACHINE = """
            INSERT INTO machines (node_id, name, host, addresses, cluster_address, region, zone, version, metadata,
                started_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (node_id) DO UPDATE SET name = excluded.name, host = excluded.host,
                addresses = excluded.addresses, cluster_address = excluded.cluster_address, region = excluded.region,
                zone = excluded.zone, version = excluded.version, metadata = excluded.metadata,
                started_at = excluded.started_at, updated_at = excluded.updated_at
            WHERE (machines.name, machines.host, machines.addresses, machines.cluster_address, machines.region,
                machines.zone, machines.version, machines.metadata, machines.started_at)
                IS NOT (excluded.name, excluded.host, excluded.addresses, excluded.cluster_address, excluded.region,
                excluded.zone, excluded.version, excluded.metadata, excluded.started_at)""";

    private final Corrosion corrosion;
    private final Machine machine;
    private final Clock clock;
    private final String nodeId;

    CatalogWriter(Corrosion corrosion, Machine machine, Clock clock) {
        this.corrosion = corrosion;
        this.machine = machine;
        this.clock = clock;
        this.nodeId = corrosion.actorId().toString();
    }

    /** Removes what an earlier run of this node left behind of its own, and says where this one is. */
    void begin() {
        NodeStatus node = corrosion.status();
        corrosion.write(
                Statement.of(
                        "DELETE FROM services WHERE node_id = ? AND node_started <> ? AND source = ''",
                        nodeId,
                        startedMillis(node)),
                machine(node));
    }

    /**
     * Asks when the node was started: a context that was stopped comes back with the node in its next run.
     *
     * @throws IllegalStateException if a node that is there has an instance of this id
     */
    void put(CorrosionRegistration registration, HealthReport report) {
        NodeStatus node = corrosion.status();
        refuseIdOfOthers(registration.getInstanceId(), node);
        long now = clock.millis();
        corrosion.write(
                Statement.of(
                        PUT,
                        registration.getInstanceId(),
                        registration.getNamespace(),
                        registration.getServiceId(),
                        registration.getGroup(),
                        nodeId,
                        startedMillis(node),
                        registration.address(),
                        registration.getPort(),
                        registration.isSecure(),
                        registration.getScheme(),
                        registration.getZone(),
                        registration.getVersion(),
                        registration.getWeight(),
                        JSON.writeToString(registration.getTags()),
                        JSON.writeToString(new TreeMap<>(registration.ownMetadata())),
                        report.status().name(),
                        report.detail(),
                        now,
                        now),
                machine(node));
    }

    private void refuseIdOfOthers(String instanceId, NodeStatus node) {
        List<Row> rows = corrosion.query(Statement.of(
                "SELECT node_id FROM services WHERE instance_id = ? AND node_id <> ?", instanceId, nodeId));
        Set<String> present = node.members().stream()
                .filter(Member::isPresent)
                .map(member -> member.id().toString())
                .collect(Collectors.toSet());
        for (Row row : rows) {
            if (present.contains(row.getString("node_id"))) {
                throw new IllegalStateException("the instance id " + instanceId + " is in use by node "
                        + row.getString("node_id") + ": set another corrosion.discovery.instance-id, or none");
            }
        }
    }

    void status(String instanceId, HealthReport report) {
        corrosion.write(status(instanceId, report.status().name(), report.detail()));
    }

    private Statement status(String instanceId, String status, String detail) {
        return Statement.of(
                "UPDATE services SET status = ?, status_detail = ?, updated_at = ? WHERE instance_id = ? AND node_id = ?",
                status,
                detail,
                clock.millis(),
                instanceId,
                nodeId);
    }

    /** Removes them, and waits until all who are there have that on their disks or the time is up. */
    Withdrawal remove(List<String> instanceIds, Duration patience) {
        return withdraw(
                instanceIds.stream()
                        .map(id ->
                                Statement.of("DELETE FROM services WHERE instance_id = ? AND node_id = ?", id, nodeId)),
                patience);
    }

    /** The same, but the rows stay as they are otherwise. */
    Withdrawal retire(List<String> instanceIds, HealthReport last, Duration patience) {
        return withdraw(instanceIds.stream().map(id -> status(id, last.status().name(), last.detail())), patience);
    }

    private Withdrawal withdraw(Stream<Statement> statements, Duration patience) {
        Statement[] all = statements.toArray(Statement[]::new);
        int others = (int)
                corrosion.status().members().stream().filter(Member::isPresent).count();
        if (others == 0 || others > MAX_ASKED || patience.toMillis() < 1) {
            corrosion.write(all);
            return others == 0 ? Withdrawal.NOBODY : Withdrawal.UNKNOWN;
        }
        return corrosion.write(new Acknowledgement(others, 1, patience), all).sufficient()
                ? Withdrawal.HEARD
                : Withdrawal.UNHEARD;
    }

    /** Who has heard that instances are gone. */
    enum Withdrawal {
        /** There is nobody else. */
        NOBODY,
        /** All who are there. */
        HEARD,
        /** Not all, though they were waited for. */
        UNHEARD,
        /** Nobody was asked. */
        UNKNOWN
    }

    /** Which run of this node there is: when it was started, in milliseconds since 1970. */
    long started() {
        return startedMillis(corrosion.status());
    }

    /** The instances of this node that are in the table as those of this run. */
    Set<String> present(long started) {
        return corrosion.query(ownInstances()).stream()
                .filter(row -> row.getLong("node_started") == started)
                .map(row -> String.valueOf(row.getString("instance_id")))
                .collect(Collectors.toSet());
    }

    /** Of which run of this node the table {@code machines} tells, compared with this one. */
    Run machine(long started) {
        return corrosion.query(ownMachine()).stream()
                .map(row -> Run.of(Long.compare(row.getLong("started_at"), started)))
                .findFirst()
                .orElse(Run.EARLIER);
    }

    /** A run of a node, compared with this one. */
    enum Run {
        EARLIER,
        THIS,
        /** There is a second process with the identity of this node, and it is the younger one. */
        LATER;

        private static Run of(int comparison) {
            return comparison == 0 ? THIS : comparison < 0 ? EARLIER : LATER;
        }
    }

    /** Signals now and whenever the rows of this node change. */
    Flux<?> watch() {
        return Flux.merge(corrosion.live(ownInstances()), corrosion.live(ownMachine()));
    }

    private Statement ownInstances() {
        return Statement.of("SELECT instance_id, node_started FROM services WHERE node_id = ?", nodeId);
    }

    private Statement ownMachine() {
        return Statement.of("SELECT node_id, started_at FROM machines WHERE node_id = ?", nodeId);
    }

    private Statement machine(NodeStatus node) {
        return Statement.of(
                MACHINE,
                nodeId,
                node.name(),
                machine.host(),
                JSON.writeToString(machine.addresses()),
                clusterAddress(node),
                machine.region(),
                machine.zone(),
                machine.version(),
                JSON.writeToString(sorted(machine.metadata())),
                startedMillis(node),
                clock.millis());
    }

    private static Map<String, String> sorted(Map<String, String> metadata) {
        return new TreeMap<>(metadata);
    }

    private static long startedMillis(NodeStatus status) {
        return status.startedAt().toEpochMilli();
    }

    private static String clusterAddress(NodeStatus status) {
        return Addresses.bracketed(status.address().getHostString()) + ":"
                + status.address().getPort();
    }
}
