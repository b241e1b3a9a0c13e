package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.spring.LiveStreams;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of the tables and of membership: after each step the discovery client answers what the views say. Other
 * seeds with {@code -Ddiscovery.seeds=FROM..TO}.
 */
@NullUnmarked
class CatalogOracleTests {

    private static final int STEPS = 60;

    static LongStream seeds() {
        String[] range = System.getProperty("discovery.seeds", "1..20").split("\\.\\.", -1);
        return LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[1]));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theClientAnswersWhatTheViewsSay(long seed) throws SQLException {
        try (FakeCluster cluster = new FakeCluster()) {
            CatalogHistory history = new CatalogHistory(cluster, seed);
            LiveStreams streams = new LiveStreams();
            try (CorrosionDiscovery first = new CorrosionDiscovery(history.here(), streams);
                    CorrosionDiscovery second =
                            new CorrosionDiscovery(history.here(), streams, options("second", false));
                    CorrosionDiscovery everything =
                            new CorrosionDiscovery(history.here(), streams, options("default", true))) {
                for (int step = 0; step < STEPS; step++) {
                    String done = "seed " + seed + ", step " + step + ": " + history.step();
                    assertAnswers(cluster, first, "default", done);
                    assertAnswers(cluster, second, "second", done);
                    assertEverything(cluster, everything, done);
                }
                try (CorrosionDiscovery anew = new CorrosionDiscovery(history.here(), streams)) {
                    assertThat(anew.catalog()).as("seed " + seed).isEqualTo(first.catalog());
                }
            }
        }
    }

    private static void assertAnswers(
            FakeCluster cluster, CorrosionDiscovery discovery, String namespace, String done) {
        CorrosionDiscoveryClient client = new CorrosionDiscoveryClient(discovery, 0);
        List<String> services = cluster
                .query(Statement.of(
                        "SELECT DISTINCT service FROM healthy_instances WHERE namespace = ? ORDER BY service",
                        namespace))
                .stream()
                .map(row -> row.getString("service"))
                .toList();
        assertThat(client.getServices()).as(done).isEqualTo(services);
        for (String service : CatalogHistory.SERVICES) {
            List<String> expected = cluster
                    .query(Statement.of(
                            "SELECT instance_id, standing, host, port FROM healthy_instances"
                                    + " WHERE namespace = ? AND service = ? ORDER BY instance_id",
                            namespace,
                            service))
                    .stream()
                    .map(CatalogOracleTests::text)
                    .toList();
            assertThat(client.getInstances(service))
                    .as(done)
                    .extracting(instance -> text((CorrosionServiceInstance) instance))
                    .isEqualTo(expected);
        }
    }

    /** Rows with half an address are in the view and no instances. */
    private static void assertEverything(FakeCluster cluster, CorrosionDiscovery discovery, String done) {
        for (String service : CatalogHistory.SERVICES) {
            String expected = cluster
                    .query(Statement.of(
                            "SELECT instance_id, standing, host, port FROM service_instances WHERE namespace = 'default'"
                                    + " AND service = ? AND (callable OR port = 0) ORDER BY instance_id",
                            service))
                    .stream()
                    .map(row -> row.getString("instance_id") + row.getString("standing"))
                    .collect(Collectors.joining(" "));
            assertThat(discovery.instances(service).stream()
                            .map(CorrosionServiceInstance.class::cast)
                            .map(instance -> instance.getInstanceId() + instance.getStanding())
                            .collect(Collectors.joining(" ")))
                    .as(done)
                    .isEqualTo(expected);
        }
    }

    private static String text(Row row) {
        return row.getString("instance_id") + " " + row.getString("standing") + " " + row.getString("host") + " "
                + row.get("port");
    }

    private static String text(CorrosionServiceInstance instance) {
        return instance.getInstanceId() + " " + instance.getStanding() + " "
                + instance.getHost().replace("[", "").replace("]", "") + " " + instance.getPort();
    }

    private static DiscoveryOptions options(String namespace, boolean includeUnhealthy) {
        return DiscoveryOptions.of(namespace, includeUnhealthy, List.of(), Map.of());
    }
}
