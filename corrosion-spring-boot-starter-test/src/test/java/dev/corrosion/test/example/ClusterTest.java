package dev.corrosion.test.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.test.TestCluster;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterTest {

    @Test
    void bothSidesOfAPartitionKeepTheirWrites() {
        try (TestCluster cluster = TestCluster.of(3)
                .schema("CREATE TABLE todo (id INTEGER NOT NULL PRIMARY KEY, title TEXT)")
                .start()) {
            cluster.partition(Set.of(cluster.node(0), cluster.node(1)), Set.of(cluster.node(2)));
            cluster.node(0).write("INSERT INTO todo VALUES (1, 'milk')");
            cluster.node(2).write("INSERT INTO todo VALUES (2, 'bread')");

            cluster.heal();
            cluster.awaitConverged(Duration.ofSeconds(10));

            cluster.kill(cluster.node(1));
            cluster.start(cluster.node(1));
            assertThat(cluster.node(1).query("SELECT * FROM todo")).hasSize(2);
        }
    }
}
