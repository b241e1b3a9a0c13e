package dev.corrosion.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.spring.StubCorrosion;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

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
        node.counters = Map.of("corrosion.sync.rounds", 5L);
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
    void anIsolatedNodeIsUpAndSaysWhatItSees() {
        Health health = new CorrosionHealthIndicator(node).health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsEntry("alive", 1L)
                .containsEntry("suspect", 0L)
                .containsEntry("down", 1L)
                .containsEntry("missingVersions", 3L);
    }

    @Test
    void aNodeWithAProblemIsDownAndSaysWhy() {
        node.problems = List.of("the disk is full");

        Health health = new CorrosionHealthIndicator(node).health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("problems", List.of("the disk is full"));
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
    void metersReadOneStatusPerScrape() {
        MockClock clock = new MockClock();
        SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
        new CorrosionMetrics(node).bindTo(registry);
        clock.add(Duration.ofSeconds(10));
        node.statusCalls.set(0);

        assertThat(registry.get("corrosion.members")
                        .tag("state", "down")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("corrosion.versions.missing").gauge().value()).isEqualTo(3);
        assertThat(registry.get("corrosion.db.size").gauge().value()).isEqualTo(4096);
        assertThat(registry.get("corrosion.sync.rounds").functionCounter().count())
                .isEqualTo(5);
        assertThat(node.statusCalls).hasValue(1);
    }
}
