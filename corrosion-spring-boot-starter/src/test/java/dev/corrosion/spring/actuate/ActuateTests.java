package dev.corrosion.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeMetric;
import dev.corrosion.NodeStatus;
import dev.corrosion.Operations;
import dev.corrosion.TableStatus;
import dev.corrosion.Timing;
import dev.corrosion.spring.StubCorrosion;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

@NullUnmarked // a null fails the test anyway
class ActuateTests {

    private final StubCorrosion node = new StubCorrosion();

    @BeforeEach
    void aNodeThatKnowsTwoOthersAndMissesThreeVersions() {
        node.members = List.of(member(3, Member.State.ALIVE), member(4, Member.State.DOWN));
        node.versions = Map.of(
                node.actorId(),
                new NodeStatus.Versions(
                        7, List.of(new NodeStatus.Range(2, 4)), List.of(new NodeStatus.Partial(3, Instant.EPOCH))));
    }

    private static Member member(long id, Member.State state) {
        return new Member(
                new ActorId(new UUID(0, id)),
                "n" + id,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                state,
                0,
                Instant.EPOCH);
    }

    @Test
    void theEndpointReportsPlainValues() {
        CorrosionReport report = new CorrosionEndpoint(node).report();

        assertThat(report.node().address()).isEqualTo("127.0.0.1:8787");
        assertThat(report.members())
                .extracting(CorrosionReport.MemberView::name)
                .containsExactly("n3", "n4");
        assertThat(report.versions().get(node.actorId().toString()).gaps()).containsExactly("2-4");
    }

    @Test
    void whatHasDivergedIsAWarningAndInTheReport() {
        ActorId peer = new ActorId(new UUID(0, 3));
        node.warnings = List.of("rows have diverged");
        node.verifications = List.of(new NodeStatus.Verification("todos", peer, Instant.EPOCH, 10, 2, 1, ""));

        assertThat(new CorrosionHealthIndicator(node).health().getDetails())
                .containsEntry("warnings", List.of("rows have diverged"));
        assertThat(new CorrosionEndpoint(node).report().verifications())
                .containsExactly(
                        new CorrosionReport.VerificationView("todos", peer.toString(), Instant.EPOCH, 10, 2, 1, ""));
    }

    @Test
    void partsOfTheReportHaveNames() {
        CorrosionEndpoint endpoint = new CorrosionEndpoint(node);
        node.operations.tables = List.of(
                new TableStatus("todos", OptionalLong.of(3), OptionalLong.of(1), "abc", ""),
                new TableStatus("large", OptionalLong.empty(), OptionalLong.empty(), "", "not counted"));

        assertThat(endpoint.part("members")).isEqualTo(endpoint.report().members());
        assertThat(endpoint.part("queues")).isEqualTo(List.of());
        assertThat(endpoint.part("tables"))
                .isEqualTo(List.of(
                        new TableView("todos", 3L, 1L, "abc", null),
                        new TableView("large", null, null, null, "not counted")));
        assertThat(endpoint.table("tables", "todos")).isEqualTo(new TableView("todos", 3L, 1L, "abc", null));
        assertThat(endpoint.table("tables", "none")).isNull();
        assertThat(endpoint.table("members", "n3")).isNull();
        assertThat(endpoint.part("none")).isNull();
    }

    @Test
    void memberAndTheWayToItAreOneEntry() {
        ActorId member = node.members.get(0).id();
        node.versions = Map.of(member, new NodeStatus.Versions(9, List.of(new NodeStatus.Range(8, 9)), List.of()));
        node.activity = new NodeActivity(
                NodeActivity.Sync.NONE,
                NodeActivity.NONE.storage(),
                List.of(),
                List.of(),
                Map.of(member, new NodeActivity.Link(Optional.of(Duration.ofNanos(1_234_567)))),
                1,
                List.of(),
                Map.of());

        assertThat(new CorrosionEndpoint(node).report().members().get(0))
                .returns(1.235, CorrosionReport.MemberView::roundTripMillis)
                .returns(2L, CorrosionReport.MemberView::missing);
    }

    @Test
    void operationsAreAskedForByName() {
        CorrosionEndpoint endpoint = new CorrosionEndpoint(node);
        ActorId member = new ActorId(new UUID(0, 3));

        assertThat(endpoint.run("rejoin", null)).isEqualTo(new Operations.Started(true, "rejoin"));
        endpoint.run("verify", member.toString());
        endpoint.run("snapshot", null);
        endpoint.run("collect", null);

        assertThat(node.operations.asked).containsExactly("rejoin", "verify " + member, "snapshot", "collect");
        assertThatExceptionOfType(InvalidEndpointRequestException.class)
                .isThrownBy(() -> endpoint.run("explode", null))
                .withMessageContaining("rejoin");
        assertThatExceptionOfType(InvalidEndpointRequestException.class)
                .isThrownBy(() -> endpoint.run("verify", "somebody"))
                .withMessageContaining("actor id");
    }

    @Test
    void metersReadTheNumbersOncePerScrape() {
        node.operations.metrics = List.of(
                metric("corrosion.members", NodeMetric.Kind.GAUGE, Map.of("state", "down"), 1),
                metric("corrosion.members", NodeMetric.Kind.GAUGE, Map.of("state", "alive"), 4),
                metric("corrosion.sync.rounds", NodeMetric.Kind.COUNTER, Map.of(), 5));
        MockClock clock = new MockClock();
        SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
        new CorrosionMetrics(node).bindTo(registry);
        clock.add(Duration.ofSeconds(10));
        node.operations.reads = 0;

        assertThat(registry.get("corrosion.members")
                        .tag("state", "down")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("corrosion.members")
                        .tag("state", "alive")
                        .gauge()
                        .value())
                .isEqualTo(4);
        assertThat(registry.get("corrosion.sync.rounds").functionCounter().count())
                .isEqualTo(5);
        assertThat(node.operations.reads).isEqualTo(1);

        node.operations.closed = true;
        clock.add(Duration.ofSeconds(10));
        assertThat(registry.get("corrosion.members")
                        .tag("state", "down")
                        .gauge()
                        .value())
                .isNaN();
        assertThat(registry.get("corrosion.sync.rounds").functionCounter().count())
                .isEqualTo(5);
    }

    @Test
    void durationsBecomeTimers() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new CorrosionMetrics(node).bindTo(registry);

        node.operations.observers.forEach(observer -> {
            observer.took(Timing.REPLICATION_PUSHED, 2_000_000);
            observer.took(Timing.REPLICATION_FETCHED, 9_000_000);
        });

        Timer pushed =
                registry.get("corrosion.replication.lag").tag("path", "pushed").timer();
        assertThat(pushed.count()).isEqualTo(1);
        assertThat(pushed.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(2);
    }

    private static NodeMetric metric(String name, NodeMetric.Kind kind, Map<String, String> tags, double value) {
        return new NodeMetric(name, kind, "", "", tags, value);
    }
}
