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

/** Three real processes on this machine. Each test leaves three live nodes behind. */
@NullUnmarked
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {

    private static final String SECRET = "a secret for the integration test";
    private static final int WRITES = 1000;
    private static final int WARM_UP_WRITES = 300;

    @TempDir
    static Path directory;

    private static SampleNode one;
    private static SampleNode two;
    private static SampleNode three;

    @BeforeAll
    static void startThreeNodes() {
        one = SampleNode.start(directory.resolve("1"), SECRET, List.of()).ready();
        List<String> bootstrap = List.of(one.clusterAddress());
        SampleNode.Starting second = SampleNode.start(directory.resolve("2"), SECRET, bootstrap);
        SampleNode.Starting third = SampleNode.start(directory.resolve("3"), SECRET, bootstrap);
        two = second.ready();
        three = third.ready();
        for (SampleNode node : List.of(one, two, three)) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> node.aliveMembers().size() == 2);
            await().until(() -> servicePorts(node).size() == 3);
        }
    }

    @AfterAll
    static void stopThem() {
        for (SampleNode node : new SampleNode[] {one, two, three}) {
            if (node != null) {
                node.close();
            }
        }
    }

    private static List<String> servicePorts(SampleNode node) {
        List<String> uris = new ArrayList<>();
        node.get("/api/services")
                .path("sample")
                .forEach(instance -> uris.add(instance.get("uri").asString()));
        return uris;
    }

    private static String add(SampleNode node, String title) {
        return node.post("/api/todos", "{\"title\": \"" + title + "\"}")
                .get("id")
                .asString();
    }

    @Test
    void whatIsWrittenAtOneNodeAppearsInTheStreamsOfTheOthers() {
        Set<String> atTwo = ConcurrentHashMap.newKeySet();
        Set<String> atThree = ConcurrentHashMap.newKeySet();
        Runnable endTwo =
                two.follow("/api/todos/stream", todo -> atTwo.add(todo.get("id").asString()));
        Runnable endThree = three.follow(
                "/api/todos/stream", todo -> atThree.add(todo.get("id").asString()));

        String id = add(one, "seen everywhere");

        await().until(() -> atTwo.contains(id) && atThree.contains(id));
        endTwo.run();
        endThree.run();
    }

    /**
     * Prints how long a change takes to a stream of another node; what is good enough depends on the machine. First, so
     * that the table holds these writes and no others.
     */
    @Test
    @Order(1)
    void manyWritesAllArriveInTheStreamOfAnotherNode() {
        Map<String, Long> arrived = new ConcurrentHashMap<>();
        Runnable end = two.follow(
                "/api/todos/stream", todo -> arrived.putIfAbsent(todo.get("id").asString(), System.nanoTime()));
        for (int i = 0; i < WARM_UP_WRITES; i++) {
            String warmUp = add(one, "warm up " + i);
            await().pollInterval(Duration.ofMillis(1)).until(() -> arrived.containsKey(warmUp));
        }

        // From before the request is sent, so the figure includes the HTTP request and is never flattering.
        Map<String, Long> committed = new ConcurrentHashMap<>();
        for (int i = 0; i < WRITES; i++) {
            long sent = System.nanoTime();
            committed.put(add(one, "write " + i), sent);
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
        String killed = three.id();
        three.kill();
        for (SampleNode node : List.of(one, two)) {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> servicePorts(node).size() == 2);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(one.get("/api/call/sample").get("node").asString()).isNotEqualTo(killed);
        }
        List<String> missed = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            missed.add(add(i % 2 == 0 ? one : two, "missed " + i));
        }

        three = SampleNode.start(directory.resolve("3"), SECRET, List.of(one.clusterAddress()))
                .ready();

        assertThat(three.id()).isEqualTo(killed);
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            Set<String> there = ConcurrentHashMap.newKeySet();
            three.get("/api/todos").forEach(todo -> there.add(todo.get("id").asString()));
            assertThat(there).containsAll(missed);
        });
        await().until(() -> servicePorts(one).size() == 3 && servicePorts(two).size() == 3);
    }

    @Test
    void aNodeWithAnotherSecretNeverBecomesAMemberAndSaysWhy() {
        try (SampleNode stranger = SampleNode.start(
                        directory.resolve("stranger"), "quite another secret", List.of(one.clusterAddress()))
                .ready()) {
            for (SampleNode side : List.of(stranger, one)) {
                await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(side.log())
                        .containsPattern("Refused .*corrosion\\.security\\.secret"));
            }
            String id = stranger.id();

            await().during(Duration.ofSeconds(3))
                    .until(() -> !one.aliveMembers().contains(id)
                            && stranger.aliveMembers().isEmpty());
            assertThat(stranger.status("/actuator/health")).isEqualTo(200);
        }
    }
}
