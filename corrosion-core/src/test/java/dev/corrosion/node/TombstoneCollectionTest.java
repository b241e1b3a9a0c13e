package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TombstoneCollectionTest {

    private final TestCluster cluster;

    TombstoneCollectionTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Corrosion start(String name) {
        return cluster.start(options(name));
    }

    private CorrosionOptions.Builder options(String name) {
        return cluster.options(name, TestCluster.SECRET).tombstoneRetention(Duration.ofSeconds(1));
    }

    private static long collected(Corrosion node) {
        return node.status().counters().getOrDefault("corrosion.tombstones.collected", 0L);
    }

    @Test
    void collectsWhatAllHavePassedTakesInNewNodesAndTurnsAwayWhoWasAwayTooLong() {
        Corrosion a = start("a");
        Corrosion b = start("b");
        Corrosion c = start("c");
        awaitMembers(a, 2);
        add(a, "gone");
        add(a, "kept");
        awaitSame(a, b);
        awaitSame(a, c);
        cluster.stop(c);

        b.write(Statement.of("DELETE FROM todo WHERE id = 'gone'"));
        awaitSame(a, b);
        await().atMost(Duration.ofSeconds(40)).until(() -> collected(a) > 0 && collected(b) > 0);

        Corrosion fresh = start("fresh");
        awaitSame(a, fresh);
        add(fresh, "gone");
        await().until(() -> todos(a).size() == 2 && todos(a).equals(todos(b)));

        Corrosion stale = cluster.start(options("c"), SnapshotPolicy.NEVER);
        await().atMost(Duration.ofSeconds(40))
                .until(() -> !stale.status().problems().isEmpty());
        assertThat(stale.status().problems().get(0)).contains("empty data directory");
        assertThatThrownBy(() -> add(stale, "lost")).hasMessageContaining("empty data directory");
        assertThat(a.status().problems()).isEmpty();
    }

    @Test
    void whoWasAwayTooLongTakesOverACopyAndKeepsWhatItWroteMeanwhile() {
        Corrosion a = start("a");
        Corrosion b = start("b");
        Corrosion c = start("c");
        awaitMembers(a, 2);
        add(a, "gone");
        add(a, "changed");
        add(a, "kept");
        awaitSame(a, b);
        awaitSame(a, c);
        cluster.stop(c);
        b.write(Statement.of("DELETE FROM todo WHERE id = 'gone'"));
        awaitSame(a, b);
        await().atMost(Duration.ofSeconds(40)).until(() -> collected(a) > 0 && collected(b) > 0);
        add(b, "new");

        ActorId identity;
        try (Corrosion alone =
                Corrosion.open(options("c").bootstrap(List.of()).port(0).build())) {
            identity = alone.actorId();
            add(alone, "born away");
            alone.write(Statement.of("UPDATE todo SET title = 'lost' WHERE id = 'gone'"));
            alone.write(Statement.of("UPDATE todo SET title = 'by c' WHERE id = 'changed'"));
        }
        Corrosion stale = start("c");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> stale.status().counters().getOrDefault("corrosion.snapshots.installed", 0L) > 0);
        awaitSame(a, stale);
        awaitSame(a, b);
        assertThat(stale.actorId()).isEqualTo(identity);
        assertThat(todos(a))
                .extracting(row -> row.getString("id"))
                .containsExactly("born away", "changed", "kept", "new");
        assertThat(todos(a)).extracting(row -> row.getString("title")).contains("by c");
        assertThat(stale.status().counters()).containsEntry("corrosion.snapshots.rows.left.out", 1L);
        assertThat(stale.status().problems()).isEmpty();
        add(stale, "after");
        awaitSame(a, stale);
        awaitSame(b, stale);
    }
}
