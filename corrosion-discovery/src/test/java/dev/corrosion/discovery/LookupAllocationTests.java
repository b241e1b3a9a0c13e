package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.spring.LiveStreams;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.discovery.DiscoveryClient;

class LookupAllocationTests {

    private static final int SERVICES = 100;
    private static final int INSTANCES = 10_000;
    private static final int LOOKUPS = 100_000;

    @Test
    void aLookupAmongTenThousandInstancesAllocatesNothing() throws SQLException {
        try (FakeCluster cluster = new FakeCluster()) {
            Corrosion node = cluster.join(1, Instant.EPOCH);
            cluster.write(Statement.of(
                    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)"
                            + " INSERT INTO services (instance_id, service, node_id, host, port, status)"
                            + " SELECT 'i' || i, 's' || (i % ?), ?, '10.0.0.1', 80, 'UP' FROM n",
                    INSTANCES, SERVICES, node.actorId().toString()));
            try (CorrosionDiscovery discovery = new CorrosionDiscovery(node, new LiveStreams())) {
                DiscoveryClient client = new CorrosionDiscoveryClient(discovery, 0);
                String[] names = client.getServices().toArray(String[]::new);
                assertThat(names).hasSize(SERVICES);
                assertThat(lookUp(client, names)).isEqualTo((long) LOOKUPS * INSTANCES / SERVICES);
                ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

                long before = threads.getCurrentThreadAllocatedBytes();
                long found = lookUp(client, names);
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;

                assertThat(found).isPositive();
                // What the measurement takes itself is less than a byte for each lookup.
                assertThat(allocated).isLessThan(LOOKUPS / 10);
            }
        }
    }

    private static long lookUp(DiscoveryClient client, String[] names) {
        long found = 0;
        for (int i = 0; i < LOOKUPS; i++) {
            found += client.getInstances(names[i % names.length]).size();
        }
        return found;
    }
}
