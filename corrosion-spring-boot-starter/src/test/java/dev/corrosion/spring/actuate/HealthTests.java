package dev.corrosion.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeActivity.Part;
import dev.corrosion.NodeStatus;
import dev.corrosion.spring.StubCorrosion;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.Lifecycle;

@NullUnmarked // a null fails the test anyway
class HealthTests {

    private final StubCorrosion node = new StubCorrosion();

    private Health health() {
        return new CorrosionHealthIndicator(node).health();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(Health health, String name) {
        return (Map<String, Object>) health.getDetails().get(name);
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

    private static NodeActivity with(Part part, String problem, List<String> stalls) {
        return new NodeActivity(
                new NodeActivity.Sync(4, 1, Optional.of(Instant.EPOCH), true),
                new NodeActivity.Storage(4000, 96, 0, Optional.of(5L)),
                List.of(),
                List.of(),
                Map.of(),
                2,
                stalls,
                problem.isEmpty() ? Map.of() : Map.of(part, List.of(problem)));
    }

    @Test
    void anIsolatedNodeIsUpAndSaysThatItIsIsolated() {
        node.members = List.of(member(3, Member.State.DOWN), member(4, Member.State.LEFT));

        assertThat(health().getStatus()).isEqualTo(Status.UP);
        assertThat(part(health(), "membership"))
                .containsEntry("isolated", true)
                .containsEntry("alive", 0L)
                .containsEntry("down", 1L)
                .containsEntry("status", "UP");
    }

    @Test
    void partsTellWhatTheyAreAt() {
        node.members = List.of(member(3, Member.State.ALIVE));
        node.activity = with(Part.DATABASE, "", List.of("the event loop has been at one thing for 7 s"));
        node.versions =
                Map.of(node.actorId(), new NodeStatus.Versions(7, List.of(new NodeStatus.Range(2, 4)), List.of()));
        node.counters = Map.of("corrosion.links.refused", 3L);
        Health health = health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(part(health, "membership")).containsEntry("isolated", false);
        assertThat(part(health, "database")).containsEntry("walBytes", 96L).containsEntry("freeBytes", 5L);
        assertThat(part(health, "sync")).containsEntry("synced", true).containsEntry("missingVersions", 3L);
        assertThat(part(health, "transport")).containsEntry("links", 2).containsEntry("refused", 3L);
        assertThat(part(health, "subscriptions")).containsEntry("queries", 0);
        assertThat(health.getDetails().get("stalls")).asString().contains("event loop");
    }

    @Test
    void aDiskThatTakesNothingIsDownAndTheOtherPartsAreNot() {
        node.problems = List.of("the disk is full");
        node.activity = with(Part.DATABASE, "the disk is full", List.of());
        Health health = health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("problems", List.of("the disk is full"));
        assertThat(part(health, "database")).containsEntry("status", "DOWN");
        assertThat(part(health, "sync")).containsEntry("status", "UP");
    }

    @Test
    void aNodeThatIsNotOpenIsUnknown() {
        Corrosion stopped = (Corrosion) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Corrosion.class, Lifecycle.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("isRunning");
                    return false;
                });

        assertThat(new CorrosionHealthIndicator(stopped).health().getStatus()).isEqualTo(Status.UNKNOWN);
    }
}
