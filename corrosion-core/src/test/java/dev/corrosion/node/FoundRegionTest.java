package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.awaitMembers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Acknowledgement;
import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundRegionTest {

    private static final int NODES = 17;

    private final TestCluster cluster;
    private final List<Corrosion> nodes = new ArrayList<>();

    FoundRegionTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void nodesFindRegionsThatAllKnowAndChangesSpreadAcrossThem() {
        for (int i = 0; i < NODES; i++) {
            nodes.add(cluster.start("n" + i));
        }
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(this::allKnowAllRegions);
        // The far one is in no found region, whatever a busy machine makes of the round trips.
        Corrosion far = cluster.start(cluster.options("far", TestCluster.SECRET).region("fra"));
        awaitMembers(far, NODES);
        awaitMembers(nodes.get(0), NODES);
        Acknowledgement everybody = Acknowledgement.byNodes(NODES).within(Duration.ofSeconds(30));
        assertThat(far.write(everybody, Statement.of("INSERT INTO todo (id, title) VALUES ('a', 'b')"))
                        .sufficient())
                .isTrue();
        assertThat(nodes.get(0)
                        .write(
                                Acknowledgement.byRegions(2).within(Duration.ofSeconds(30)),
                                Statement.of("DELETE FROM todo"))
                        .sufficient())
                .isTrue();
    }

    private boolean allKnowAllRegions() {
        Map<String, String> own = new TreeMap<>();
        for (Corrosion node : nodes) {
            Row row = node.query(Statement.of(
                            "SELECT name, region FROM corrosion_members WHERE id = ?",
                            node.actorId().toString()))
                    .get(0);
            own.put(String.valueOf(row.getString("name")), String.valueOf(row.getString("region")));
        }
        return own.values().stream().noneMatch(String::isEmpty)
                && nodes.stream().allMatch(node -> knows(node, own));
    }

    private static boolean knows(Corrosion node, Map<String, String> own) {
        Map<String, String> seen =
                node.status().members().stream().collect(Collectors.toMap(Member::name, Member::region));
        return seen.size() == NODES - 1 && own.entrySet().containsAll(seen.entrySet());
    }
}
