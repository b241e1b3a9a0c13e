package dev.corrosion.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.MembershipOptions;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.Synchronous;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestOptionsTest {

    private static final Path ANYWHERE = Path.of("anywhere");

    @Test
    void whatAnApplicationHasSetStaysButForWhereItsNodeIs() {
        CorrosionOptions set = CorrosionOptions.builder()
                .database(ANYWHERE)
                .schema("one", "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY)")
                .schema("two", "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY)")
                .allowDestructiveSchema(true)
                .name("shop")
                .region("north")
                .syncInterval(Duration.ofSeconds(7))
                .keepIdentity(true)
                .synchronous(Synchronous.FULL)
                .writeTimeout(Duration.ofSeconds(8))
                .queryTimeout(Duration.ofSeconds(9))
                .tombstoneRetention(Duration.ofHours(3))
                .verifyInterval(Duration.ofHours(4))
                .membership(MembershipOptions.builder().gossipFanout(5).build())
                .maxBytesPerSecond(5 << 20)
                .subscriptions(SubscriptionLimits.DEFAULT)
                .build();

        CorrosionOptions taken = TestOptions.like(set).database(ANYWHERE).build();

        assertThat(taken).isEqualTo(set);
    }

    @Test
    void whatAnApplicationHasNotSetIsQuick() {
        CorrosionOptions taken = TestOptions.like(
                        CorrosionOptions.builder().database(ANYWHERE).build())
                .database(ANYWHERE)
                .build();

        assertThat(taken.membership()).isEqualTo(TestOptions.MEMBERSHIP);
        assertThat(taken.syncInterval()).isEqualTo(TestOptions.SYNC_INTERVAL);
        assertThat(taken.verifyInterval()).isZero();
    }

    @Test
    void aNodeKnowsAllOthersAndNobodyElse() {
        TestNode one = new TestNode("one", Path.of("a"), TestOptions.address(0), true);
        TestNode two = new TestNode("two", Path.of("b"), TestOptions.address(1), false);
        CorrosionOptions options = TestOptions.at(
                one,
                List.of(one, two),
                CorrosionOptions.builder()
                        .secret("a secret of the production")
                        .clusterId("production")
                        .advertisedHost("192.0.2.1")
                        .bootstrap(List.of("192.0.2.2")));

        assertThat(options.database()).isEqualTo(Path.of("a", "corrosion.db"));
        assertThat(options.secret()).isNull();
        assertThat(options.cluster())
                .isEqualTo(new CorrosionOptions.Cluster("", "localhost", 10_000, null, List.of("localhost:10001")));
    }
}
