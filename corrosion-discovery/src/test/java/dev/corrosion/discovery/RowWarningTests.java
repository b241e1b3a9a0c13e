package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.LiveStreams;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.util.StringUtils;

/** Anybody may write into the tables. */
@ExtendWith(OutputCaptureExtension.class)
class RowWarningTests {

    private static final String WARNING = "A row of the table services does not make sense";

    @Test
    void whatIsNoAddressIsLeftOutAndWhatElseIsWrongIsLeftAway(CapturedOutput output) throws SQLException {
        try (FakeCluster cluster = new FakeCluster()) {
            Corrosion node = cluster.join(1, Instant.EPOCH);
            for (String id : new String[] {"a", "b", "c", "d", "e", "f"}) {
                cluster.write(Catalogs.instance(node, "orders", id, 80));
            }
            cluster.write(
                    Catalogs.set("a", "host = 'no host'"),
                    Catalogs.set("b", "host = '1:2:x'"),
                    Catalogs.set("c", "port = 70000"),
                    Catalogs.set("d", "metadata = 'none', zone = 'north'"),
                    Catalogs.set("e", "tags = '{', scheme = 'ht tp'"),
                    Catalogs.set("f", "port = 'web'"));
            try (CorrosionDiscovery discovery = new CorrosionDiscovery(node, new LiveStreams())) {
                cluster.write(Catalogs.set("a", "updated_at = 1"));

                assertThat(discovery.instances("orders"))
                        .extracting(ServiceInstance::getInstanceId)
                        .containsExactly("d", "e");
                assertThat(discovery.instances("orders"))
                        .extracting(instance -> instance.getUri().toString())
                        .containsOnly("http://10.0.0.1:80");
                assertThat(StringUtils.countOccurrencesOf(output.getOut(), WARNING))
                        .isEqualTo(6);
            }
        }
    }

    @Test
    void noMoreThanAHundredAreTold(CapturedOutput output) throws SQLException {
        try (FakeCluster cluster = new FakeCluster()) {
            Corrosion node = cluster.join(1, Instant.EPOCH);
            for (int i = 0; i < RowWarnings.MAX_ROWS + 5; i++) {
                cluster.write(Catalogs.instance(node, "orders", "i" + i, -1));
            }
            new CorrosionDiscovery(node, new LiveStreams()).close();

            assertThat(StringUtils.countOccurrencesOf(output.getOut(), WARNING)).isEqualTo(RowWarnings.MAX_ROWS);
            assertThat(output.getOut()).contains("Further ones are not told.");
        }
    }
}
