package dev.corrosion.test;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.MembershipOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What nodes of tests are opened with: short times, and nothing that reaches out of the test. */
final class TestOptions {

    /** Nodes in memory answer at once; what is waited for is a busy machine. */
    static final MembershipOptions MEMBERSHIP = MembershipOptions.builder()
            .smallProbeInterval(Duration.ofMillis(100))
            .probeInterval(Duration.ofMillis(100))
            .probeTimeout(Duration.ofMillis(200))
            .minSuspicion(Duration.ofMillis(800))
            .suspicionStretch(2)
            .gossipInterval(Duration.ofMillis(20))
            .compareInterval(Duration.ofMillis(500))
            .build();

    static final Duration SYNC_INTERVAL = Duration.ofMillis(200);

    private static final CorrosionOptions DEFAULTS =
            CorrosionOptions.builder().database(Path.of("defaults")).build();

    private TestOptions() {}

    /** Of a node that the test describes. */
    static CorrosionOptions.Builder builder() {
        return CorrosionOptions.builder()
                .membership(MEMBERSHIP)
                .syncInterval(SYNC_INTERVAL)
                .verifyInterval(Duration.ZERO);
    }

    /** The last word: where the node is, and whom it knows. */
    static CorrosionOptions at(TestNode node, List<TestNode> nodes, CorrosionOptions.Builder options) {
        return options.database(node.database())
                .clusterId("")
                .host(node.address().getHostString())
                .port(node.address().getPort())
                .advertisedHost(null)
                .secret(null)
                .acceptedSecrets(List.of())
                .certificates(null)
                .revoked(List.of())
                .revokedFile(null)
                .bootstrap(nodes.stream()
                        .filter(other -> other != node)
                        .map(other -> other.address().getHostString() + ":"
                                + other.address().getPort())
                        .toList())
                .build();
    }

    /**
     * As an application has them, but for a test. Times that the application has set stay. Its write rules do not: they are
     * about certificates, and nodes in memory have none.
     */
    static CorrosionOptions.Builder like(CorrosionOptions application) {
        CorrosionOptions.Builder options = CorrosionOptions.builder()
                .name(application.name())
                .region(application.region())
                .allowDestructiveSchema(application.allowDestructiveSchema())
                .keepIdentity(application.keepIdentity())
                .synchronous(application.synchronous())
                .writeTimeout(application.writeTimeout())
                .queryTimeout(application.queryTimeout())
                .tombstoneRetention(application.tombstoneRetention())
                .maxBytesPerSecond(application.maxBytesPerSecond())
                .subscriptions(application.subscriptions())
                .membership(
                        application.membership().equals(DEFAULTS.membership()) ? MEMBERSHIP : application.membership())
                .syncInterval(
                        application.syncInterval().equals(DEFAULTS.syncInterval())
                                ? SYNC_INTERVAL
                                : application.syncInterval())
                .verifyInterval(
                        application.verifyInterval().equals(DEFAULTS.verifyInterval())
                                ? Duration.ZERO
                                : application.verifyInterval());
        application.schema().forEach(source -> options.schema(source.name(), source.sql()));
        return options;
    }

    static InetSocketAddress address(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 10_000 + number);
    }
}
