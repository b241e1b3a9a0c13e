package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.spring.LiveStreams;
import dev.corrosion.test.TestCluster;
import dev.corrosion.test.TestNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.ServiceInstance;

/** Real nodes, over a network in memory. */
class PartitionTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static TestCluster clusterWithOrdersOnEachNode(int nodes) {
        TestCluster cluster =
                TestCluster.of(nodes).schema(CatalogTables.SCHEMA.sql()).start();
        for (TestNode node : cluster.nodes()) {
            node.corrosion().write(Catalogs.instance(node.corrosion(), "orders", node.name(), 80));
        }
        cluster.awaitConverged(SOON);
        return cluster;
    }

    private static CorrosionDiscovery discovery(TestNode node) {
        return new CorrosionDiscovery(node.corrosion(), new LiveStreams());
    }

    @Test
    void aNodeThatIsStartedInATotalPartitionAnswersFromItsCopyAtOnce() {
        try (TestCluster cluster = clusterWithOrdersOnEachNode(3)) {
            TestNode restarted = cluster.node(0);
            cluster.kill(restarted);
            cluster.isolate(restarted);
            cluster.start(restarted);
            try (CorrosionDiscovery discovery = discovery(restarted)) {
                assertThat(discovery.instances("orders"))
                        .extracting(ServiceInstance::getInstanceId)
                        .contains("node-1", "node-2");
                cluster.awaitMembers(restarted, 1, SOON);

                await().atMost(SOON).untilAsserted(() -> assertThat(discovery.instances("orders"))
                        .extracting(i -> ((CorrosionServiceInstance) i).getStanding())
                        .containsExactly(Standing.KEPT, Standing.KEPT));

                cluster.heal();
                await().atMost(SOON).untilAsserted(() -> assertThat(discovery.instances("orders"))
                        .extracting(i -> ((CorrosionServiceInstance) i).getStanding())
                        .containsExactly(Standing.UP, Standing.UP));
            }
        }
    }

    @Test
    void theSmallSideOfAPartitionKeepsTheOthersAndTheLargeSideDoesNot() {
        try (TestCluster cluster = clusterWithOrdersOnEachNode(3);
                CorrosionDiscovery small = discovery(cluster.node(0));
                CorrosionDiscovery large = discovery(cluster.node(1))) {
            await().atMost(SOON).until(() -> small.instances("orders").size() == 3);
            cluster.partition(Set.of(cluster.node(0)), Set.of(cluster.node(1), cluster.node(2)));
            cluster.awaitMembers(cluster.node(0), 1, SOON);
            cluster.awaitMembers(cluster.node(1), 2, SOON);

            await().atMost(SOON).untilAsserted(() -> assertThat(large.instances("orders"))
                    .extracting(ServiceInstance::getInstanceId)
                    .containsExactly("node-1", "node-2"));
            assertThat(small.instances("orders"))
                    .extracting(ServiceInstance::getInstanceId)
                    .containsExactly("node-0");
            assertThat(small.instances("orders", instance -> !"node-0".equals(instance.getInstanceId())))
                    .extracting(
                            i -> ((CorrosionServiceInstance) i).getMetadata().get("standing"))
                    .containsExactly("KEPT", "KEPT");
        }
    }

    @Test
    void theSnapshotSaysWhatTheViewSaysOnRealNodes() {
        try (TestCluster cluster = clusterWithOrdersOnEachNode(3);
                CorrosionDiscovery discovery = discovery(cluster.node(0))) {
            InstanceQuery orders = InstanceQuery.where("service = 'orders'");
            List<List<CorrosionServiceInstance>> watched = new CopyOnWriteArrayList<>(List.of(List.of()));
            discovery.watch(orders).subscribe(watched::add);
            await().atMost(SOON).until(() -> watched.get(watched.size() - 1).size() == 3);
            cluster.node(1).write("UPDATE services SET status = 'DOWN' WHERE instance_id = 'node-1'");
            cluster.node(2)
                    .write("INSERT INTO checks (instance_id, check_id, status) VALUES ('node-2', 'disk', 'CRITICAL')");

            await().atMost(SOON).until(() -> discovery.instances("orders").size() == 1);
            assertThat(discovery.instances(orders)).isEqualTo(discovery.instances("orders"));
            await().atMost(SOON).until(() -> watched.get(watched.size() - 1).equals(discovery.instances("orders")));
            cluster.node(2).write("UPDATE checks SET status = 'PASSING'");
            await().atMost(SOON).until(() -> discovery.instances("orders").size() == 2);
        }
    }
}
