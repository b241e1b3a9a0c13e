package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.time.Duration;
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
        return cluster.start(cluster.options(name, TestCluster.SECRET).tombstoneRetention(Duration.ofSeconds(1)));
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

        Corrosion stale = start("c");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> !stale.status().problems().isEmpty());
        assertThat(stale.status().problems().get(0)).contains("empty data directory");
        assertThatThrownBy(() -> add(stale, "lost")).hasMessageContaining("empty data directory");
        assertThat(a.status().problems()).isEmpty();
    }
}
