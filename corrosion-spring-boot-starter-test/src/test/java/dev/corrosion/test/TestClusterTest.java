package dev.corrosion.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class TestClusterTest {

    private static final Logger log = LoggerFactory.getLogger(TestClusterTest.class);

    private static final String SCHEMA =
            "CREATE TABLE todo (id INTEGER NOT NULL PRIMARY KEY, title TEXT, done INTEGER)";
    private static final Duration SOON = Duration.ofSeconds(15);

    @RegisterExtension
    static final TestClusterExtension cluster = TestCluster.of(3).schema(SCHEMA).extension();

    private static void insert(TestNode node, int id) {
        node.write("INSERT INTO todo VALUES (?, ?, 0)", id, "of " + node);
    }

    private static long rows(TestNode node) {
        return node.query("SELECT count(*) AS n FROM todo").get(0).getLong("n");
    }

    @Test
    void aClusterIsFormedWhenItIsStartedAndGoneWhenItIsClosed() {
        Path directory;
        for (int run = 0; run < 3; run++) {
            long began = System.nanoTime();
            try (TestCluster made = TestCluster.of(3).schema(SCHEMA).start()) {
                log.info(
                        "start of 3 nodes until all know all: {} ms",
                        Duration.ofNanos(System.nanoTime() - began).toMillis());
                assertThat(made.nodes())
                        .allSatisfy(node -> assertThat(node.corrosion().status().members())
                                .hasSize(2)
                                .allMatch(Member::isPresent));
                insert(made.node(1), 1);
                made.awaitConverged(SOON);
                assertThat(rows(made.node(2))).isEqualTo(1);
                directory = made.node(0).directory();
            }
            assertThat(directory).doesNotExist();
            assertThat(directory.getParent()).doesNotExist();
        }
    }

    @Test
    void bothSidesOfAPartitionWriteAndMeetAgain(TestCluster cluster) {
        TestNode one = cluster.node(0);
        TestNode two = cluster.node(1);
        TestNode three = cluster.node(2);
        insert(one, 100);
        cluster.awaitConverged(SOON);

        cluster.partition(Set.of(one, two), Set.of(three));
        one.write("UPDATE todo SET title = 'renamed' WHERE id = 100");
        insert(two, 101);
        three.write("UPDATE todo SET done = 1 WHERE id = 100");

        await().atMost(SOON)
                .until(() -> one.query("SELECT 1 FROM todo WHERE id = 101").size() == 1);
        cluster.awaitMembers(one, 2, SOON);
        cluster.awaitMembers(three, 1, SOON);
        assertThat(three.query("SELECT 1 FROM todo WHERE id = 101")).isEmpty();

        cluster.heal();
        cluster.awaitConverged(SOON);
        cluster.awaitMembers(3);
        assertThat(three.query("SELECT title, done FROM todo WHERE id = 100")
                        .get(0)
                        .asMap())
                .containsEntry("title", "renamed")
                .containsEntry("done", 1L);
    }

    @Test
    void whatHasNotConvergedIsNamed(TestCluster cluster) {
        cluster.awaitConverged(SOON);
        TestNode cut = cluster.node(2);
        cluster.isolate(cut);
        long lacking =
                cluster.node(0).write("INSERT INTO todo VALUES (200, 'x', 0)").version();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> cluster.awaitConverged(Duration.ofMillis(300)))
                .withMessageContaining("node-2 lacks of node-0 the versions " + lacking)
                .withMessageContaining("cut from node-2 to node-0, node-1")
                .withMessageContaining("Seed: " + cluster.seed());
    }

    @Test
    void aKilledNodeSaysNoGoodbyeAndComesBackWithWhatItHad(TestCluster cluster) throws Exception {
        TestNode killed = cluster.node(1);
        ActorId actor = killed.corrosion().actorId();
        insert(killed, 300);
        cluster.awaitConverged(SOON);
        cluster.isolate(killed);
        insert(killed, 301);

        cluster.kill(killed);

        assertThat(killed.isRunning()).isFalse();
        assertThat(Files.size(killed.directory().resolve("corrosion.db-wal"))).isPositive();
        assertThat(Files.readString(killed.directory().resolve("corrosion.db.actor")))
                .contains(" open ");
        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(() -> insert(killed, 302))
                .withMessageContaining("not running");
        cluster.awaitMembers(2);
        assertThat(cluster.node(0).corrosion().status().members())
                .filteredOn(member -> member.name().equals("node-1"))
                .extracting(Member::state)
                .containsExactly(Member.State.DOWN);

        cluster.heal();
        cluster.start(killed);
        assertThat(killed.corrosion().actorId()).isEqualTo(actor);
        assertThat(killed.query("SELECT id FROM todo WHERE id BETWEEN 300 AND 301"))
                .hasSize(2);
        insert(killed, 303);
        cluster.awaitMembers(3);
        cluster.awaitConverged(SOON);
        assertThat(cluster.node(0).query("SELECT id FROM todo WHERE id BETWEEN 300 AND 303"))
                .hasSize(3);
    }

    @Test
    void aKilledNodeThatHasNothingNewConverges(TestCluster cluster) {
        insert(cluster.node(0), 350);
        cluster.kill(cluster.node(0));
        cluster.start(cluster.node(0));
        cluster.awaitConverged(SOON);
    }

    @Test
    void aStoppedNodeSaysGoodbye(TestCluster cluster) {
        cluster.stop(cluster.node(2));
        await().atMost(SOON).untilAsserted(() -> assertThat(
                        cluster.node(0).corrosion().status().members())
                .extracting(Member::state)
                .contains(Member.State.LEFT));
        insert(cluster.node(0), 400);
        cluster.start(cluster.node(2));
        cluster.awaitConverged(SOON);
    }

    @Test
    void messagesTakeAsLongAsTheyAreDelayed(TestCluster cluster) {
        cluster.awaitConverged(SOON);
        cluster.delay(Duration.ofMillis(400));
        long began = System.nanoTime();
        insert(cluster.node(0), 500);
        await().atMost(SOON)
                .until(() -> cluster.node(1)
                                .query("SELECT 1 FROM todo WHERE id = 500")
                                .size()
                        == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void whatIsLostIsRepeatedUntilItHasArrived(TestCluster cluster) {
        cluster.loss(0.3);
        for (int i = 600; i < 650; i++) {
            insert(cluster.node(i % 3), i);
        }
        cluster.awaitConverged(SOON);
        assertThat(cluster.node(0).query("SELECT id FROM todo WHERE id BETWEEN 600 AND 649"))
                .hasSize(50);
    }

    @Test
    void oneNodeMayHearAnotherThatDoesNotHearIt() {
        try (TestCluster two = TestCluster.of(2).schema(SCHEMA).start()) {
            insert(two.node(1), 1);
            two.awaitConverged(SOON);
            two.cut(two.node(0), two.node(1));
            insert(two.node(1), 2);
            await().atMost(SOON).until(() -> rows(two.node(0)) == 2);
            insert(two.node(0), 3);
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> two.awaitConverged(Duration.ofMillis(500)))
                    .withMessageContaining("node-1 lacks of node-0");
        }
    }
}
