package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import dev.corrosion.WriteException;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.PartialVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** What goes wrong in a cluster and what becomes of it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RepairTest {

    private final TestCluster cluster;

    RepairTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void changesOfATableThatIsNotHereYetAreKeptUntilItIs() {
        Corrosion old = cluster.start("old");
        Corrosion current = cluster.start(cluster.options("new", TestCluster.SECRET)
                .schema("more", "CREATE TABLE extra (id TEXT PRIMARY KEY, value TEXT)"));
        add(current, "first");
        current.write(Statement.of("INSERT INTO extra VALUES ('x', 'y')"));
        add(current, "third");
        awaitMembers(old, 1);
        await().until(() -> todos(old).size() == 2);
        await().until(() -> old.status().missingVersions() == 0);
        assertThat(old.status().warnings()).hasSize(1).allMatch(warning -> warning.contains("extra"));
        cluster.stop(current);

        cluster.stop(old);
        Corrosion upgraded = cluster.start(cluster.options("old", TestCluster.SECRET)
                .schema("more", "CREATE TABLE extra (id TEXT PRIMARY KEY, value TEXT)"));
        assertThat(upgraded.query(Statement.of("SELECT * FROM extra"))).hasSize(1);
        assertThat(upgraded.status().warnings()).isEmpty();
    }

    @Test
    void aVersionThatBreaksAConstraintHereDoesNotHoldUpTheOthers() {
        Corrosion strict = cluster.start(cluster.withoutSchema("strict", TestCluster.SECRET)
                .schema(TestCluster.SCHEMA.replace("title TEXT", "title TEXT CHECK (title <> 'bad')")));
        Corrosion other = cluster.start("other");
        add(other, "first");
        other.write(Statement.of("INSERT INTO todo (id, title) VALUES ('second', 'bad')"));
        add(other, "third");
        awaitMembers(strict, 1);
        await().until(() -> todos(strict).size() == 2);
        assertThat(strict.status().warnings()).hasSize(1).allMatch(warning -> warning.contains("todo"));
        assertThat(strict.status().missingVersions()).isEqualTo(1);
    }

    @Test
    void aVersionThatHasLongBeenHereInPartIsReportedAndFetchedWhole() throws SQLException {
        Corrosion b = cluster.start("b");
        cluster.stop(b);
        Corrosion a = cluster.start("a");
        add(a, "first");
        holdPartOfFirstVersion(cluster.database("b"), a.actorId());

        Corrosion alone = Corrosion.open(
                cluster.options("b", TestCluster.SECRET).bootstrap(List.of()).build());
        try (alone) {
            assertThat(alone.status().versions().values())
                    .flatExtracting(NodeStatus.Versions::partial)
                    .containsExactly(new NodeStatus.Partial(1, Instant.ofEpochMilli(1000)));
            assertThat(alone.status().warnings()).singleElement(STRING).contains("version 1 of " + a.actorId());
        }

        Corrosion met = cluster.start("b");
        awaitSame(a, met);
        assertThat(met.status().warnings()).isEmpty();
    }

    private static void holdPartOfFirstVersion(Path database, ActorId actor) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            PartialVersions.add(connection, actor, 1, 5, 9, false, 1000, new byte[1]);
            Ledger.Update update =
                    Ledger.load(connection, new ActorId(new UUID(0, 1)), 0).update();
            update.heard(actor, 1);
            update.store(connection);
        }
    }

    @Test
    void manyOverwrittenVersionsAreTakenInAtOnce() {
        Corrosion a = cluster.start("a");
        add(a, "hot");
        for (int i = 0; i < 3000; i++) {
            a.write(Statement.of("UPDATE todo SET title = ? WHERE id = 'hot'", "t" + i));
        }
        add(a, "last");
        Corrosion b = cluster.start("b");
        awaitSame(a, b);
        await().until(() -> b.status().missingVersions() == 0
                && b.status().versions().equals(a.status().versions()));
    }

    @Test
    void anOlderCopyOfADatabaseComesBackUnderANewIdentity() throws IOException {
        Corrosion a = cluster.start("a");
        ActorId identity = putBackAnOlderCopy(a);

        Corrosion renewed = cluster.start("b");
        awaitRenewed(a, renewed, identity);
    }

    @Test
    void anOlderCopyThatKeepsItsIdentityStopsWritingOnceItMeetsAPeer() throws IOException {
        Corrosion a = cluster.start("a");
        ActorId identity = putBackAnOlderCopy(a);
        Files.delete(cluster.database("b").resolveSibling("corrosion.db.actor"));

        Corrosion restored =
                cluster.start(cluster.options("b", TestCluster.SECRET).keepIdentity(true));
        assertThat(restored.actorId()).isEqualTo(identity);
        await().until(() -> !restored.status().problems().isEmpty());
        assertThatExceptionOfType(WriteException.class)
                .isThrownBy(() -> add(restored, "refused"))
                .withMessageContaining("Restart");
        cluster.stop(restored);

        awaitRenewed(a, cluster.start("b"), identity);
    }

    @Test
    void whatACopyOfADatabaseHoldsOfItsFormerIdentityIsPassedOn() throws IOException {
        Corrosion b = cluster.start("b");
        ActorId former = b.actorId();
        add(b, "nobody else has it");
        cluster.stop(b);
        Files.delete(cluster.database("b").resolveSibling("corrosion.db.actor"));

        Corrosion renewed = cluster.start("b");
        Corrosion a = cluster.start("a");

        assertThat(renewed.actorId()).isNotEqualTo(former);
        await().until(() -> todos(a).size() == 1);
    }

    @Test
    void aCopyOfARunningNodeIsFoundOutThoughItSkipsVersions() throws IOException {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        awaitMembers(a, 1);
        add(b, "before the copy");
        awaitSame(a, b);
        ActorId identity = b.actorId();
        Map<Path, byte[]> copy = new HashMap<>();
        for (String suffix : List.of("", "-wal", ".actor")) {
            Path file = cluster.database("b").resolveSibling("corrosion.db" + suffix);
            copy.put(file, Files.readAllBytes(file));
        }
        add(b, "after the copy");
        awaitSame(a, b);
        cluster.stop(b);
        for (Map.Entry<Path, byte[]> file : copy.entrySet()) {
            Files.write(file.getKey(), file.getValue()); // into the same files, as a snapshot of the volume would
        }

        Corrosion restored = cluster.start("b");
        assertThat(restored.actorId()).isEqualTo(identity);
        await().until(() -> !restored.status().problems().isEmpty());
        cluster.stop(restored);

        awaitRenewed(a, cluster.start("b"), identity);
    }

    private ActorId putBackAnOlderCopy(Corrosion a) throws IOException {
        Corrosion b = cluster.start("b");
        awaitMembers(a, 1);
        add(b, "before the copy");
        awaitSame(a, b);
        ActorId identity = b.actorId();
        cluster.stop(b);
        Path copy = cluster.database("b").resolveSibling("copy.db");
        Files.copy(cluster.database("b"), copy);
        Corrosion again = cluster.start("b");
        awaitMembers(again, 1);
        add(again, "after the copy");
        awaitSame(a, again);
        cluster.stop(again);

        // The very file is written over, as cp does: only its versions tell.
        Files.write(cluster.database("b"), Files.readAllBytes(copy));
        return identity;
    }

    private static void awaitRenewed(Corrosion a, Corrosion renewed, ActorId identity) {
        assertThat(renewed.actorId()).isNotEqualTo(identity);
        assertThat(renewed.status().problems()).isEmpty();
        awaitSame(a, renewed);
        assertThat(todos(renewed)).hasSize(2);
        add(renewed, "new");
        awaitSame(a, renewed);
        assertThat(todos(a)).hasSize(3);
    }

    @Test
    void aChangeLargerThanAFrameOfChangesArrives() {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        awaitMembers(a, 1);
        a.write(Statement.of("INSERT INTO todo (id, title) VALUES ('large', ?)", "x".repeat(3 << 20)));
        awaitSame(a, b);
    }

    @Test
    void aSubscriptionToATableThatIsNotReplicatedIsRefused() {
        Corrosion a = cluster.start("a");
        StepVerifier.create(a.subscribe(Statement.of("SELECT * FROM __corrosion_meta")))
                .expectErrorMatches(e -> e instanceof CorrosionException
                        && String.valueOf(e.getMessage()).contains("not a replicated table"))
                .verify();
    }
}
