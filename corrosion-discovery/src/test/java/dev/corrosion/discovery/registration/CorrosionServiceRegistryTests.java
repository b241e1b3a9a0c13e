package dev.corrosion.discovery.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.discovery.FakeCluster;
import dev.corrosion.discovery.ServiceStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class CorrosionServiceRegistryTests extends ServiceRegistryContract<CorrosionRegistration> {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final HealthReport SICK = new HealthReport(ServiceStatus.DOWN, "db DOWN");

    private FakeCluster cluster;
    private Corrosion node;
    private CorrosionServiceRegistry registry;

    @BeforeEach
    void begin() throws SQLException {
        cluster = new FakeCluster();
        node = cluster.join(1, START);
        registry = Registrations.registry(node);
    }

    @AfterEach
    void end() throws SQLException {
        registry.close();
        cluster.close();
    }

    @Override
    CorrosionServiceRegistry registry() {
        return registry;
    }

    @Override
    CorrosionRegistration registration(String service, int port) {
        return Registrations.registration(node, service, port);
    }

    @Override
    List<Integer> called(String service) {
        return cluster
                .query(Statement.of(
                        "SELECT port FROM services WHERE service = ? AND status = 'UP' ORDER BY port", service))
                .stream()
                .map(row -> Math.toIntExact(row.getLong("port")))
                .toList();
    }

    private String text(String sql) {
        List<Row> rows = cluster.query(Statement.of(sql));
        return rows.isEmpty() ? null : String.valueOf(rows.get(0).get(0));
    }

    private String status() {
        return text("SELECT status || ' ' || status_detail FROM services");
    }

    @Test
    void everythingThatIsGivenIsInTheRow() {
        CorrosionRegistration all = registry.registration("orders")
                .instanceId("one")
                .namespace("test")
                .host("[fd00::1]")
                .port(8443)
                .scheme("https")
                .zone("a")
                .group("blue")
                .version("1.2")
                .weight(7)
                .tag("fast")
                .tag("new")
                .metadata("k", "v")
                .build();
        registry.register(all);

        Row row = cluster.query(Statement.of("SELECT * FROM services")).get(0);
        assertThat(List.of(
                        row.get("instance_id"),
                        row.get("namespace"),
                        row.get("service"),
                        row.get("service_group"),
                        row.get("node_id"),
                        row.get("node_started"),
                        row.get("host"),
                        row.get("port"),
                        row.get("secure"),
                        row.get("scheme"),
                        row.get("zone"),
                        row.get("version"),
                        row.get("weight"),
                        row.get("tags"),
                        row.get("metadata"),
                        row.get("status")))
                .containsExactly(
                        "one",
                        "test",
                        "orders",
                        "blue",
                        node.actorId().toString(),
                        START.toEpochMilli(),
                        "fd00::1",
                        8443L,
                        1L,
                        "https",
                        "a",
                        "1.2",
                        7L,
                        "[\"fast\",\"new\"]",
                        "{\"k\":\"v\"}",
                        "UP");
        assertThat(all.getUri()).hasToString("https://[fd00::1]:8443");
        assertThat(all.getHost()).isEqualTo("[fd00::1]");
        assertThat(all.getMetadata())
                .isEqualTo(Map.of(
                        "k",
                        "v",
                        "secure",
                        "true",
                        "weight",
                        "7",
                        "zone",
                        "a",
                        "group",
                        "blue",
                        "version",
                        "1.2",
                        "tags",
                        "fast,new"));
    }

    @Test
    void whatIsAlreadySoIsNotWrittenAgain() {
        registry.register(registration("orders", 1));
        String first = text("SELECT updated_at || ' ' || registered_at FROM services");
        String machine = text("SELECT updated_at FROM machines");
        cluster.write(
                Statement.of("UPDATE services SET updated_at = 5, registered_at = 6"),
                Statement.of("UPDATE machines SET updated_at = 7"));

        registry.register(registration("orders", 1));
        registry.health(registration("orders", 1), HealthReport.UP);

        assertThat(first).isNotNull();
        assertThat(machine).isNotNull();
        assertThat(text("SELECT updated_at || ' ' || registered_at FROM services"))
                .isEqualTo("5 6");
        assertThat(text("SELECT updated_at FROM machines")).isEqualTo("7");
    }

    @Test
    void theMachineHasARow() {
        Row row = cluster.query(Statement.of("SELECT * FROM machines")).get(0);
        assertThat(List.of(
                        row.get("node_id"),
                        row.get("name"),
                        row.get("host"),
                        row.get("addresses"),
                        row.get("region"),
                        row.get("zone"),
                        row.get("version"),
                        row.get("metadata"),
                        row.get("started_at")))
                .containsExactly(
                        node.actorId().toString(),
                        "node",
                        "127.0.0.1",
                        "[\"10.0.0.1\"]",
                        "eu",
                        "a",
                        "1",
                        "{\"rack\":\"7\"}",
                        START.toEpochMilli());
    }

    @Test
    void healthIsWrittenWithItsReason() {
        CorrosionRegistration one = registration("orders", 1);
        registry.register(one, SICK);
        assertThat(status()).isEqualTo("DOWN db DOWN");
        registry.health(one, HealthReport.UP);
        assertThat(status()).isEqualTo("UP ");
    }

    @Test
    void aStatusThatIsSetStaysOverHealthAndRefusedTrafficUntilItIsCancelled() {
        CorrosionRegistration one = registration("orders", 1);
        registry.register(one);
        registry.setStatus(one, "OUT_OF_SERVICE");

        registry.health(one, SICK);
        registry.health(one, HealthReport.UP);
        registry.withdraw(List.of(one), false, Duration.ZERO);
        assertThat(status()).isNull();
        registry.register(one, HealthReport.UP);
        assertThat(status()).isEqualTo("OUT_OF_SERVICE set by an operator");
        assertThat(registry.<Map<String, String>>getStatus(one))
                .containsEntry("status", "OUT_OF_SERVICE")
                .containsEntry("overriddenStatus", "OUT_OF_SERVICE");

        registry.setStatus(one, "CANCEL_OVERRIDE");
        assertThat(status()).isEqualTo("UP ");
        assertThat(registry.<Map<String, String>>getStatus(one))
                .containsEntry("status", "UP")
                .containsEntry("overriddenStatus", "UNKNOWN");
    }

    @Test
    void aStatusCanBeSetWhileTrafficIsRefused() {
        CorrosionRegistration one = registration("orders", 1);
        registry.register(one);
        registry.withdraw(List.of(one), false, Duration.ZERO);
        registry.setStatus(one, "OUT_OF_SERVICE");
        registry.register(one);
        assertThat(called("orders")).isEmpty();
    }

    @Test
    void aPersonCanEndOutOfServiceButNotDown() {
        CorrosionRegistration one = registration("orders", 1);
        registry.register(one, new HealthReport(ServiceStatus.OUT_OF_SERVICE, "x"));
        registry.setStatus(one, "UP");
        assertThat(status()).isEqualTo("UP ");
        registry.health(one, SICK);
        assertThat(status()).isEqualTo("DOWN db DOWN");
    }

    @Test
    void whatIsNotRegisteredHasNoStatusToSet() {
        assertThatThrownBy(() -> registry.setStatus(registration("orders", 1), "UP"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anInitialStatusHoldsUntilAnotherIsSet() {
        CorrosionRegistration one = registry.registration("orders")
                .port(1)
                .initialStatus(ServiceStatus.STARTING)
                .build();
        registry.register(one);
        registry.health(one, HealthReport.UP);
        assertThat(status()).startsWith("STARTING");
        registry.setStatus(one, "UP");
        assertThat(status()).isEqualTo("UP ");
    }

    @Test
    void whatWasRegisteredByHandIsWrittenAgainWhenOthersRemoveIt() {
        registry.register(registration("orders", 1));
        cluster.write(Statement.of("DELETE FROM services"), Statement.of("DELETE FROM machines"));

        await().untilAsserted(() -> assertThat(called("orders")).containsExactly(1));
        assertThat(text("SELECT count(*) FROM machines")).isEqualTo("1");
    }

    @Test
    void whatIsNotDeregisteredStaysAsDown() {
        CorrosionRegistration one = registration("orders", 1);
        registry.register(one);
        registry.withdraw(List.of(one), true, Duration.ZERO);
        registry.close();
        assertThat(status()).startsWith("DOWN");
    }

    @Test
    void anInstanceIdOfANodeThatIsThereIsRefusedAndOneOfANodeThatIsGoneIsTaken() {
        Corrosion other = cluster.join(2, START);
        CorrosionServiceRegistry ofOther = Registrations.registry(other);
        ofOther.register(
                ofOther.registration("orders").instanceId("one").port(2).build());
        CorrosionRegistration same =
                registry.registration("orders").instanceId("one").port(1).build();

        assertThatThrownBy(() -> registry.register(same))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("corrosion.discovery.instance-id");
        assertThat(called("orders")).containsExactly(2);

        cluster.state(other, Member.State.DOWN);
        registry.register(same);
        assertThat(called("orders")).containsExactly(1);
        ofOther.deregister(
                ofOther.registration("orders").instanceId("one").port(2).build());
        assertThat(called("orders")).containsExactly(1);
    }

    @Test
    void whatAnEarlierRunLeftIsRemovedAtTheStart() {
        Corrosion restarted = cluster.join(3, START.plusSeconds(1));
        cluster.write(Statement.of(
                "INSERT INTO services (instance_id, node_id, node_started) VALUES ('old', ?, ?), ('other', 'x', 1)",
                restarted.actorId().toString(),
                START.toEpochMilli()));
        Registrations.registry(restarted);
        assertThat(text("SELECT group_concat(instance_id) FROM services")).isEqualTo("other");
    }

    @Test
    void whatALaterRunOfTheSameNodeRemovedIsNotBroughtBack() {
        registry.register(registration("orders", 1));
        CorrosionServiceRegistry later = Registrations.registry(cluster.join(1, START.plusSeconds(1)));
        registry.reassert();
        assertThat(called("orders")).isEmpty();
        later.close();
    }
}
