package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeMetric;
import dev.corrosion.Operations;
import dev.corrosion.Statement;
import dev.corrosion.TableStatus;
import dev.corrosion.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;

/** What an operator sees of real nodes, and can ask them for. */
@NullUnmarked // a null fails the test anyway
class OperationsTest {

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Map<String, Double> numbers(Corrosion node) {
        return node.operations().metrics().stream().collect(Collectors.toMap(NodeMetric::id, NodeMetric::value));
    }

    private static NodeActivity activity(Corrosion node) {
        return node.status().activity();
    }

    @Test
    void whatTravelsIsMeasured() {
        Corrosion a = cluster.start("a");
        TestCluster.add(a, "before");
        Corrosion b = cluster.start("b");
        Queue<Timing> heard = new ConcurrentLinkedQueue<>();
        b.operations().observe((what, nanos) -> heard.add(what));
        TestCluster.awaitSame(a, b);
        await().until(() -> activity(b).sync().synced());
        Disposable subscription =
                b.subscribe(Statement.of("SELECT id FROM todo")).subscribe();
        await().until(() -> heard.contains(Timing.SUBSCRIPTION_EVALUATION));
        TestCluster.add(a, "after");
        TestCluster.add(b, "own");

        await().untilAsserted(() -> assertThat(heard)
                .contains(
                        Timing.REPLICATION_PUSHED,
                        Timing.COMMIT,
                        Timing.COMMIT_WAIT,
                        Timing.APPLY,
                        Timing.SYNC_ROUND,
                        Timing.SUBSCRIPTION_LAG));
        assertThat(activity(b).replicationLag()).isBetween(Duration.ZERO, Duration.ofSeconds(15));
        assertThat(activity(b).latencies())
                .anyMatch(latency -> latency.what() == Timing.COMMIT && latency.count() == 1);
        assertThat(activity(b).links()).containsOnlyKeys(a.actorId());
        assertThat(numbers(b))
                .containsEntry("corrosion.members{state=alive}", 1.0)
                .containsEntry("corrosion.swim.events{event=joined}", 1.0)
                .containsEntry("corrosion.synced", 1.0)
                .containsEntry("corrosion.problems", 0.0)
                .containsEntry("corrosion.subscriptions", 1.0)
                .hasEntrySatisfying(
                        "corrosion.links", links -> assertThat(links).isPositive())
                .hasEntrySatisfying("corrosion.traffic.received{purpose=swim}", bytes -> assertThat(bytes)
                        .isPositive())
                .hasEntrySatisfying("corrosion.traffic.received{purpose=broadcast}", bytes -> assertThat(bytes)
                        .isPositive())
                .hasEntrySatisfying("corrosion.traffic.sent{purpose=sync}", bytes -> assertThat(bytes)
                        .isPositive());
        subscription.dispose();
    }

    @Test
    void theSetOfNumbersIsAlwaysTheSame() {
        Corrosion a = cluster.start("a");
        List<String> alone =
                a.operations().metrics().stream().map(NodeMetric::id).toList();
        cluster.start("b");
        TestCluster.awaitMembers(a, 1);
        TestCluster.add(a, "x");

        assertThat(a.operations().metrics()).extracting(NodeMetric::id).containsExactlyElementsOf(alone);
        assertThat(alone).doesNotHaveDuplicates();
        await().until(() -> !numbers(a).get("corrosion.tombstones").isNaN());
    }

    @Test
    void anObserverThatFailsHarmsNobody() {
        Corrosion a = cluster.start("a");
        Map<Timing, Long> heard = new EnumMap<>(Timing.class);
        a.operations().observe((what, nanos) -> {
            throw new IllegalStateException("broken");
        });
        a.operations().observe((what, nanos) -> heard.put(what, nanos));

        TestCluster.add(a, "x");

        assertThat(heard).containsKeys(Timing.COMMIT, Timing.COMMIT_WAIT);
        assertThat(heard.get(Timing.COMMIT)).isGreaterThan(heard.get(Timing.COMMIT_WAIT));
        for (int i = 2; i < Operations.MAX_OBSERVERS; i++) {
            a.operations().observe((what, nanos) -> {});
        }
        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(() -> a.operations().observe((what, nanos) -> {}));
    }

    @Test
    void tablesAreCountedAndCopiesHaveTheSameDigest() {
        Corrosion a = cluster.start("a");
        TestCluster.add(a, "1");
        TestCluster.add(a, "2");
        a.write(Statement.of("DELETE FROM todo WHERE id = '1'"));
        Corrosion b = cluster.start("b");
        TestCluster.awaitSame(a, b);
        Function<Corrosion, String> digest =
                node -> node.operations().table("ToDo").orElseThrow().digest();

        assertThat(a.operations().tables())
                .containsExactlyInAnyOrder(
                        new TableStatus("todo", OptionalLong.of(1), OptionalLong.of(1), "", ""),
                        new TableStatus("label", OptionalLong.of(0), OptionalLong.of(0), "", ""));
        String before = digest.apply(a);
        assertThat(before).hasSize(32).isEqualTo(digest.apply(b));
        TestCluster.add(a, "3");
        assertThat(digest.apply(a)).isNotEqualTo(before);
        TestCluster.awaitSame(a, b);
        assertThat(digest.apply(a)).isEqualTo(digest.apply(b));
        assertThat(a.operations().table("none")).isEmpty();
    }

    @Test
    void aNodeThatIsAloneStartsNothingAndSaysWhy() {
        Operations operations = cluster.start("a").operations();

        assertThat(List.of(
                        operations.rejoin(),
                        operations.snapshot(Optional.empty()),
                        operations.verify(Optional.empty()),
                        operations.collect()))
                .noneMatch(Operations.Started::started)
                .extracting(Operations.Started::text)
                .satisfiesExactly(
                        text -> assertThat(text).contains("corrosion.cluster.bootstrap"),
                        text -> assertThat(text).contains("no other member"),
                        text -> assertThat(text).contains("no other member"),
                        text -> assertThat(text).contains("retention"));
    }

    @Test
    void inAClusterTheyAreDone() {
        Corrosion a = cluster.start("a");
        TestCluster.add(a, "x");
        Corrosion b = cluster.start("b");
        TestCluster.awaitMembers(b, 1);
        TestCluster.awaitSame(a, b);
        ConcurrentSkipListSet<String> verified = new ConcurrentSkipListSet<>();

        assertThat(b.operations().rejoin().started()).isTrue();
        assertThat(b.operations().verify(Optional.of(a.actorId())).started()).isTrue();
        assertThat(b.operations().verify(Optional.empty()))
                .isEqualTo(new Operations.Started(false, "a verification is running already"));
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            b.status().verifications().forEach(verification -> verified.add(verification.table()));
            assertThat(verified).contains("todo");
        });
        TestCluster.add(b, "own");
        assertThat(b.operations().snapshot(Optional.of(a.actorId())).started()).isTrue();
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(numbers(b)).containsEntry("corrosion.snapshots.installed", 1.0));
        TestCluster.awaitSame(a, b);
        assertThat(TestCluster.todos(b)).hasSize(2);
    }
}
