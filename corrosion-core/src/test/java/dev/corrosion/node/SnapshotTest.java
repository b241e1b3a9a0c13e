package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.SECRET;
import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;

/** Nodes that take over a copy of a peer's database, since much is missing: here, from a few versions on. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SnapshotTest {

    private static final SnapshotPolicy SOON = new SnapshotPolicy(20, Long.MAX_VALUE, 20, 0);
    private static final int ROWS = 100;

    private final TestCluster cluster;

    SnapshotTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private CorrosionOptions.Builder options(String name) {
        return cluster.options(name, SECRET);
    }

    private Corrosion full() {
        Corrosion a = cluster.start(options("a"), SOON);
        for (int i = 0; i < ROWS; i++) {
            add(a, "a" + i);
        }
        a.write(Statement.of("DELETE FROM todo WHERE id = 'a7'"));
        return a;
    }

    private static void awaitInstalled(Corrosion node) {
        await().until(() -> node.status().counters().getOrDefault("corrosion.snapshots.installed", 0L) == 1);
    }

    @Test
    void aNewNodeTakesOverACopyAndGoesOnFromThere() throws IOException {
        Corrosion a = full();
        Corrosion b = cluster.start(options("b"), SOON);
        ActorId identity = b.actorId();
        awaitInstalled(b);
        awaitSame(a, b);
        assertThat(b.actorId()).isEqualTo(identity);
        assertThat(b.status().versions()).isEqualTo(a.status().versions());
        assertThat(b.status().counters()).containsEntry("corrosion.versions.applied", 0L);

        add(a, "later");
        add(b, "by b");
        b.write(Statement.of("UPDATE todo SET title = 'by b' WHERE id = 'a1'"));
        await().until(() -> todos(a).size() == ROWS + 1);
        awaitSame(a, b);
        cluster.stop(b);
        Corrosion again = cluster.start(options("b"), SOON);
        assertThat(again.actorId()).isEqualTo(identity);
        awaitSame(a, again);
        add(again, "after the restart");
        awaitSame(a, again);
        assertThat(todos(a)).hasSize(ROWS + 2);
        try (Stream<Path> files = Files.list(cluster.database("b").getParent())) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("incoming"));
        }
    }

    @Test
    void whatTheNodeHasWrittenBeforeIsKept() {
        Corrosion b = cluster.start(options("b"), SOON);
        add(b, "mine");
        add(b, "a1");
        b.write(Statement.of("UPDATE todo SET title = 'mine' WHERE id = 'mine'"));
        ActorId identity = b.actorId();
        cluster.stop(b);
        Corrosion a = full();
        Corrosion again = cluster.start(options("b"), SOON);
        awaitInstalled(again);
        awaitSame(a, again);
        await().until(() -> todos(a).size() == ROWS);
        awaitSame(a, again);
        assertThat(again.actorId()).isEqualTo(identity);
        assertThat(again.status().versions())
                .containsEntry(identity, a.status().versions().get(identity));
        assertThat(todos(a))
                .filteredOn(row -> "mine".equals(row.getString("id")))
                .hasSize(1);
    }

    @Test
    void aSubscriptionSeesTheDifference() {
        Corrosion b = cluster.start(options("b"), SOON);
        add(b, "mine");
        cluster.stop(b);
        Corrosion a = full();
        Corrosion again = cluster.start(options("b"), SOON);
        List<SubscriptionEvent> events = new CopyOnWriteArrayList<>();
        AtomicInteger live = new AtomicInteger();
        Disposable changes =
                again.subscribe(Statement.of("SELECT id, title FROM todo")).subscribe(events::add);
        Disposable rows = again.live(Statement.of("SELECT id FROM todo ORDER BY id"))
                .subscribe(result -> live.set(result.size()));
        awaitInstalled(again);
        await().until(() -> live.get() == ROWS);
        await().until(() -> events.stream()
                        .filter(event -> event instanceof SubscriptionEvent.RowChange
                                || event instanceof SubscriptionEvent.RowSnapshot)
                        .count()
                == ROWS);
        add(a, "later");
        await().until(() -> live.get() == ROWS + 1);
        changes.dispose();
        rows.dispose();
    }

    @Test
    void aNodeWithATableOfItsOwnFetchesVersionsInstead() {
        Corrosion b = cluster.start(options("b"), SOON);
        cluster.stop(b);
        sql(cluster.database("b"), "CREATE TABLE mine (x)");
        Corrosion a = full();
        Corrosion again = cluster.start(options("b"), SOON);
        awaitSame(a, again);
        assertThat(again.status().counters()).containsEntry("corrosion.snapshots.installed", 0L);
        awaitMembers(a, 1);
    }

    private static void sql(Path database, String sql) {
        try (java.sql.Connection connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database);
                java.sql.Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }
}
