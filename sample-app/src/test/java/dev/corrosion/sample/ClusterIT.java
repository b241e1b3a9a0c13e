package dev.corrosion.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A gateway and two stock nodes, each a real process on this machine. Each test leaves three live nodes behind. */
@NullUnmarked
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {

    private static final String SECRET = "a secret for the integration test";
    private static final int WRITES = 1000;
    private static final int WARM_UP_WRITES = 300;
    private static final int RACES = 20;
    private static final String COUNTED = "SELECT item FROM counts";
    private static final String CONTESTED = "SELECT quantity, counted_by FROM counts WHERE item = 'contested'";

    @TempDir
    static Path directory;

    private static SampleNode gateway;
    private static SampleNode one;
    private static SampleNode two;

    @BeforeAll
    static void startThreeNodes() {
        gateway = SampleNode.start(directory, "gateway", "gateway", SECRET, List.of())
                .ready();
        List<String> bootstrap = List.of(gateway.clusterAddress());
        SampleNode.Starting first = SampleNode.start(directory, "stock-1", "stock", SECRET, bootstrap);
        SampleNode.Starting second = SampleNode.start(directory, "stock-2", "stock", SECRET, bootstrap);
        one = first.ready();
        two = second.ready();
        for (SampleNode node : List.of(gateway, one, two)) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> node.aliveMembers().size() == 2);
            await().until(() -> stockUris(node).size() == 2);
        }
    }

    @AfterAll
    static void stopThem() {
        for (SampleNode node : new SampleNode[] {gateway, one, two}) {
            if (node != null) {
                node.close();
            }
        }
    }

    private static List<String> stockUris(SampleNode node) {
        List<String> uris = new ArrayList<>();
        node.get("/api/services")
                .path("stock")
                .forEach(instance -> uris.add(instance.get("uri").asString()));
        return uris;
    }

    private static String add(SampleNode stock, String item) {
        stock.put("/stock/" + item + "/count", "{\"quantity\": 1}");
        return item;
    }

    @Test
    void whatIsWrittenAtOneNodeAppearsInTheStreamsOfTheOthers() {
        Set<String> atGateway = ConcurrentHashMap.newKeySet();
        Set<String> atTwo = ConcurrentHashMap.newKeySet();
        Runnable endGateway =
                gateway.follow(COUNTED, row -> atGateway.add(row.get(0).asString()));
        Runnable endTwo = two.follow(COUNTED, row -> atTwo.add(row.get(0).asString()));

        String item = add(one, "seen-everywhere");

        await().until(() -> atGateway.contains(item) && atTwo.contains(item));
        endGateway.run();
        endTwo.run();
    }

    /** Again and again, since what the two write at the same moment meets in another order each time. */
    @Test
    void aRowThatTwoNodesWriteAtTheSameMomentHasOneValueOnAllOfThem() {
        for (int i = 0; i < RACES; i++) {
            gateway.post("/api/races/contested");
            await().untilAsserted(() -> {
                List<JsonNode> row = one.rows(CONTESTED);
                assertThat(row).hasSize(1);
                assertThat(two.rows(CONTESTED)).isEqualTo(row);
                assertThat(gateway.rows(CONTESTED)).isEqualTo(row);
            });
        }
    }

    /**
     * Prints how long a change takes to a stream of another node; what is good enough depends on the machine. First, so
     * that the table holds these writes and no others.
     */
    @Test
    @Order(1)
    void manyWritesAllArriveInTheStreamOfAnotherNode() {
        Map<String, Long> arrived = new ConcurrentHashMap<>();
        Runnable end = two.follow(COUNTED, row -> arrived.putIfAbsent(row.get(0).asString(), System.nanoTime()));
        for (int i = 0; i < WARM_UP_WRITES; i++) {
            String warmUp = add(one, "warm-up-" + i);
            await().pollInterval(Duration.ofMillis(1)).until(() -> arrived.containsKey(warmUp));
        }

        // From before the request is sent, so the figure includes the HTTP request and is never flattering.
        Map<String, Long> committed = new ConcurrentHashMap<>();
        for (int i = 0; i < WRITES; i++) {
            long sent = System.nanoTime();
            committed.put(add(one, "write-" + i), sent);
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> arrived.keySet().containsAll(committed.keySet()));
        end.run();
        List<Long> nanos = committed.entrySet().stream()
                .map(entry -> arrived.get(entry.getKey()) - entry.getValue())
                .sorted()
                .toList();
        System.out.printf(
                "request at one node to event at another: p50 %.1f ms, p99 %.1f ms (%d writes after %d to warm up)%n",
                millis(nanos.get(WRITES / 2)), millis(nanos.get(WRITES * 99 / 100)), WRITES, WARM_UP_WRITES);
    }

    private static double millis(long nanos) {
        return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    @Test
    void aKilledNodeIsCalledNoMoreAndComesBackWithAllThatItMissed() {
        String killed = two.id();
        two.kill();
        for (SampleNode node : List.of(gateway, one)) {
            await().atMost(Duration.ofSeconds(15)).until(() -> stockUris(node).size() == 1);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(gateway.get("/api/call/stock").get("node").asString()).isNotEqualTo(killed);
        }
        List<String> missed = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            missed.add(add(one, "missed-" + i));
        }

        two = SampleNode.start(directory, "stock-2", "stock", SECRET, List.of(gateway.clusterAddress()))
                .ready();

        assertThat(two.id()).isEqualTo(killed);
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(
                        two.rows(COUNTED).stream().map(row -> row.get(0).asString()))
                .containsAll(missed));
        await().until(() -> stockUris(gateway).size() == 2 && stockUris(one).size() == 2);
    }

    @Test
    void aNodeWithAnotherSecretNeverBecomesAMemberAndSaysWhy() {
        try (SampleNode stranger = SampleNode.start(
                        directory, "stranger", "orders", "quite another secret", List.of(gateway.clusterAddress()))
                .ready()) {
            for (SampleNode side : List.of(stranger, gateway)) {
                await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(side.log())
                        .containsPattern("Refused .*corrosion\\.security\\.secret"));
            }
            String id = stranger.id();

            await().during(Duration.ofSeconds(3))
                    .until(() -> !gateway.aliveMembers().contains(id)
                            && stranger.aliveMembers().isEmpty());
            assertThat(stranger.status("/actuator/health")).isEqualTo(200);
        }
    }
}
