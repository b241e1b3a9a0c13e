package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.AwaitTimeoutException;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.InsecureClusterException;
import dev.corrosion.Member;
import dev.corrosion.Statement;
import dev.corrosion.WriteException;
import dev.corrosion.WriteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ClusterTest {

    private final TestCluster cluster;

    ClusterTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void whatOneNodeWritesAllNodesHave() {
        Corrosion a = cluster.start("a");
        add(a, "before");
        Corrosion b = cluster.start("b");
        Corrosion c = cluster.start("c");
        List.of(a, b, c).forEach(node -> awaitMembers(node, 2));
        add(b, "from b");
        WriteResult updated = c.write(
                Statement.of("INSERT INTO todo (id) VALUES ('from c')"),
                Statement.of("UPDATE todo SET done = 1 WHERE id = 'from c'"));
        assertThat(updated.version()).isEqualTo(1);
        assertThat(updated.actorId()).isEqualTo(c.actorId());
        assertThat(updated.rowsAffected()).isEqualTo(2);
        await().until(() -> todos(a).size() == 3);
        awaitSame(a, b);
        awaitSame(a, c);
        a.write(Statement.of("DELETE FROM todo WHERE id = 'before'"));
        await().until(() -> todos(c).size() == 2);
        awaitSame(a, b);
    }

    @Test
    void aNodeThatWasAwayCatchesUpAndKeepsItsIdentity() {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        awaitMembers(a, 1);
        add(b, "mine");
        awaitSame(a, b);
        ActorId id = b.actorId();
        cluster.stop(b);
        await().until(() -> a.status().members().get(0).state() == Member.State.LEFT);
        IntStream.range(0, 1000).forEach(i -> add(a, "while away " + i));
        a.write(Statement.of("UPDATE todo SET title = 'overwritten' WHERE id LIKE '%5'"));
        Corrosion again = cluster.start("b");
        assertThat(again.actorId()).isEqualTo(id);
        assertThat(todos(again)).hasSize(1);
        awaitSame(a, again);
        assertThat(todos(again)).hasSize(1001);
        assertThat(again.status().missingVersions()).isZero();
    }

    @Test
    void aTransactionTooLargeForAFrameArrivesAsAWhole() {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        awaitMembers(b, 1);
        List<Long> seen = new ArrayList<>();
        var subscription = b.live(Statement.of("SELECT count(*) AS n FROM todo"))
                .subscribe(rows -> seen.add(rows.get(0).getLong("n")));
        a.write(IntStream.range(0, 5000)
                .mapToObj(i -> Statement.of("INSERT INTO todo (id, title) VALUES (?, ?)", "t" + i, "x".repeat(200)))
                .toArray(Statement[]::new));
        awaitSame(a, b);
        await().until(() -> seen.contains(5000L));
        assertThat(seen).containsOnly(0L, 5000L);
        assertThat(b.status().versions().values())
                .allMatch(versions -> versions.partial().isEmpty());
        subscription.dispose();
    }

    @Test
    void whatWasWrittenElsewhereCanBeAwaited() {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        awaitMembers(b, 1);
        for (int i = 0; i < 50; i++) {
            WriteResult written = a.write(Statement.of("INSERT INTO todo (id, title) VALUES (?, 'x')", "t" + i));
            b.await(written.actorId(), written.version(), Duration.ofSeconds(10));
            assertThat(todos(b)).hasSize(i + 1);
        }
        assertThatExceptionOfType(AwaitTimeoutException.class)
                .isThrownBy(() -> b.await(a.actorId(), 1000, Duration.ofMillis(50)))
                .withMessageContaining("version 1000 of " + a.actorId());
    }

    @Test
    void aWriteCanWaitUntilOthersHaveIt() {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        Corrosion c = cluster.start(cluster.options("c", TestCluster.SECRET).region("far"));
        awaitMembers(a, 2);
        Statement insert = Statement.of("INSERT INTO todo (id, title) VALUES ('t', 'x') ON CONFLICT DO NOTHING");

        AcknowledgedWrite both = a.write(Acknowledgement.byNodes(2).within(Duration.ofSeconds(20)), insert);

        assertThat(both.sufficient()).isTrue();
        assertThat(both.acknowledged()).extracting(Member::name).containsExactlyInAnyOrder("b", "c");
        assertThat(todos(b)).hasSize(1);
        assertThat(todos(c)).hasSize(1);

        AcknowledgedWrite far = a.write(
                Acknowledgement.byRegions(2).within(Duration.ofSeconds(20)),
                Statement.of("UPDATE todo SET title = 'far'"));
        assertThat(far.orThrow().version()).isEqualTo(both.result().version() + 1);
        assertThat(far.acknowledged()).extracting(Member::name).contains("c");

        cluster.stop(c);
        AcknowledgedWrite one = a.write(
                Acknowledgement.byNodes(2).within(Duration.ofSeconds(1)), Statement.of("UPDATE todo SET title = 'y'"));
        assertThat(one.sufficient()).isFalse();
        assertThat(one.acknowledged()).extracting(Member::name).containsExactly("b");
        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(one::orThrow)
                .withMessageContaining("committed here");
    }

    @Test
    void concurrentWritesToOneRowEndEqualEverywhere() {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        awaitMembers(a, 1);
        add(a, "shared");
        awaitSame(a, b);
        for (int i = 0; i < 50; i++) {
            a.write(Statement.of("UPDATE todo SET title = ? WHERE id = 'shared'", "a" + i));
            b.write(Statement.of("UPDATE todo SET title = ?, done = ? WHERE id = 'shared'", "b" + i, i % 2));
        }
        await().until(() -> a.status().versions().equals(b.status().versions()));
        awaitSame(a, b);
    }

    @Test
    void aFailingStatementUndoesTheWholeTransaction() {
        Corrosion a = cluster.start("a");
        assertThatExceptionOfType(WriteException.class)
                .isThrownBy(() -> a.write(
                        Statement.of("INSERT INTO todo (id) VALUES ('x')"),
                        Statement.of("INSERT INTO nowhere VALUES (1)")))
                .withMessageContaining("statement 2 of 2")
                .withMessageContaining("nowhere")
                .matches(e -> e.statementIndex() == 1);
        assertThat(todos(a)).isEmpty();
        assertThat(a.write(Statement.of("INSERT INTO todo (id) VALUES ('x')")).version())
                .isEqualTo(1);
        assertThat(a.write(Statement.of("UPDATE todo SET done = 0")).version()).isZero();
    }

    @Test
    void aNodeWithAnotherSecretIsRefusedByBothSides() {
        Corrosion a = cluster.start("a");
        Corrosion stranger = cluster.start("stranger", "another secret, not that of the others");
        await().until(() -> refused(a) > 0 && refused(stranger) > 0);
        add(a, "private");
        assertThat(a.status().members()).isEmpty();
        assertThat(stranger.status().members()).isEmpty();
        assertThat(todos(stranger)).isEmpty();
    }

    @Test
    void withoutASecretOnlyLoopbackIsBound() {
        assertThatExceptionOfType(InsecureClusterException.class)
                .isThrownBy(() -> Corrosion.open(
                        cluster.options("open", null).host("0.0.0.0").build()))
                .withMessageContaining("corrosion.security.secret");
        Corrosion a = cluster.start("a", null);
        Corrosion b = cluster.start("b", null);
        awaitMembers(a, 1);
        add(a, "x");
        awaitSame(a, b);
    }

    @Test
    void aCopiedDatabaseTakesAnIdentityOfItsOwn() throws IOException {
        Corrosion original = cluster.start("original");
        add(original, "x");
        cluster.stop(original);
        Files.createDirectories(cluster.database("copy").getParent());
        Files.copy(cluster.database("original"), cluster.database("copy"));
        Corrosion first = cluster.start("original");
        Corrosion second = cluster.start("copy");
        assertThat(first.actorId()).isEqualTo(original.actorId());
        assertThat(second.actorId()).isNotEqualTo(original.actorId());
        awaitMembers(first, 1);
        add(second, "y");
        awaitSame(first, second);
        assertThat(first.status().problems()).isEmpty();
    }

    @Test
    void aCopiedDatabaseThatKeepsItsIdentityIsReportedByBothNodes() throws IOException {
        Corrosion a = cluster.start("a");
        Corrosion original = cluster.start("original");
        awaitMembers(a, 1);
        cluster.stop(original);
        Files.createDirectories(cluster.database("copy").getParent());
        Files.copy(cluster.database("original"), cluster.database("copy"));
        Corrosion first = cluster.start("original");
        awaitMembers(first, 1);
        Corrosion second =
                cluster.start(cluster.options("copy", TestCluster.SECRET).keepIdentity(true));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !first.status().problems().isEmpty()
                        && !second.status().problems().isEmpty());
        assertThat(first.status().problems().get(0)).contains("same actor id");
        assertThat(a.status().problems()).isEmpty();
    }

    @Test
    void aDatabaseIsOpenedByOneNodeOnly() {
        cluster.start("a");
        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(() -> cluster.start("a"))
                .withMessageContaining("corrosion.db");
    }

    private static long refused(Corrosion node) {
        return node.status().counters().getOrDefault("corrosion.links.refused", 0L);
    }
}
