package dev.corrosion.transport.quic;

import static dev.corrosion.transport.quic.QuicTransportTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.InsecureClusterException;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.identity.ClusterAuthority;
import dev.corrosion.transport.identity.NodeIdentity;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicClosedChannelException;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RefusalTest {

    private static final ClusterAuthority ONE = ClusterAuthority.fromSecret("the secret of cluster one");
    private static final ClusterAuthority TWO = ClusterAuthority.fromSecret("the secret of cluster two");

    @Test
    void nodesOfTheSameSecretAcceptEachOther() {
        try (TestNode a = TestNode.open(ONE, UnaryOperator.identity());
                TestNode b = TestNode.open(
                        ClusterAuthority.fromSecret("the secret of cluster one"), UnaryOperator.identity())) {
            a.transport().sendFrame(b.address(), numbered(1, 8));
            await().until(() -> b.listener().frames.size() == 1);
            assertThat(a.listener().refusals).isEmpty();
        }
    }

    @Test
    void aNodeOfAnotherSecretIsRefusedAndBothSidesAreTold() {
        try (TestNode a = TestNode.open(ONE, UnaryOperator.identity());
                TestNode b = TestNode.open(TWO, UnaryOperator.identity())) {
            a.transport().sendFrame(b.address(), numbered(1, 8));
            await().until(() ->
                    !a.listener().refusals.isEmpty() && !b.listener().refusals.isEmpty());
            assertThat(a.listener().refusals.get(0))
                    .startsWith("Refused the node at 127.0.0.1:" + b.address().getPort())
                    .contains("was not issued from this cluster's secret (corrosion.security.secret)");
            assertThat(b.listener().refusals.get(0))
                    .startsWith("Refused by the node connecting from 127.0.0.1:")
                    .contains("is corrosion.security.secret the same on both nodes?");
            await().until(() -> a.listener().shed.size() == 1);
            assertThat(b.listener().frames).isEmpty();
            assertThat(a.stats().connectionsOpened() + b.stats().connectionsOpened())
                    .isZero();
        }
    }

    @Test
    void aRefusalIsReportedOnceInAWhile() {
        try (TestNode a = TestNode.open(ONE, UnaryOperator.identity());
                TestNode b = TestNode.open(TWO, UnaryOperator.identity())) {
            await().until(() -> {
                b.transport().sendFrame(a.address(), numbered(1, 8));
                return b.listener().shed.size() >= 5;
            });
            assertThat(b.listener().refusals).hasSize(1);
        }
    }

    @Test
    void aDevelopmentNodeIsToldThatTheOtherHasASecret() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open(ONE, UnaryOperator.identity())) {
            a.transport().sendFrame(b.address(), numbered(1, 8));
            await().until(() ->
                    !a.listener().refusals.isEmpty() && !b.listener().refusals.isEmpty());
            assertThat(a.listener().refusals.get(0)).contains("this node has no corrosion.security.secret");
        }
    }

    @Test
    void aClientThatAcceptsAnyServerIsRefusedForItsOwnCertificate() throws Exception {
        NodeIdentity stranger = TWO.issue(new ActorId(UUID.randomUUID()), Instant.now());
        try (TestNode b = TestNode.open(ONE, UnaryOperator.identity());
                RawClient client = new RawClient(b.address(), stranger, QuicContexts.PROTOCOL)) {
            QuicConnectionCloseEvent closed = client.closed.get(5, TimeUnit.SECONDS);
            await().until(() -> !b.listener().refusals.isEmpty());
            assertThat(b.listener().refusals.get(0)).contains("was not issued from this cluster's secret");
            assertThat(TlsAlert.explain(TlsAlert.of(closed.error()))).contains("corrosion.security.secret");
        }
    }

    @Test
    void aClientWithoutACertificateIsRefused() throws Exception {
        try (TestNode b = TestNode.open(ONE, UnaryOperator.identity());
                RawClient client = new RawClient(b.address(), null, QuicContexts.PROTOCOL)) {
            QuicConnectionCloseEvent closed = client.closed.get(5, TimeUnit.SECONDS);
            await().until(() -> !b.listener().refusals.isEmpty());
            assertThat(b.listener().refusals.get(0)).contains("it showed no certificate");
            assertThat(TlsAlert.explain(TlsAlert.of(closed.error()))).contains("certificate_required");
        }
    }

    @Test
    void aClientOfAnotherProtocolIsRefused() {
        NodeIdentity member = ONE.issue(new ActorId(UUID.randomUUID()), Instant.now());
        try (TestNode b = TestNode.open(ONE, UnaryOperator.identity())) {
            assertThatThrownBy(() -> new RawClient(b.address(), member, "something-else/1"))
                    .hasCauseInstanceOf(QuicClosedChannelException.class);
            await().until(() -> !b.listener().refusals.isEmpty());
            assertThat(b.listener().refusals.get(0)).contains("it does not speak corrosion/1");
        }
    }

    @Test
    void aNodeThatGreetsWithAnotherActorThanItsCertificateIsRefused() {
        ActorId other = new ActorId(UUID.randomUUID());
        ActorId self = new ActorId(UUID.randomUUID());
        try (TestNode a = TestNode.open(
                        self,
                        TestNode.DEVELOPMENT,
                        UnaryOperator.identity(),
                        hello -> new HelloFrame(other, hello.instance(), hello.address(), ""));
                TestNode b = TestNode.open()) {
            a.transport().sendFrame(b.address(), numbered(1, 8));
            await().until(() ->
                    !a.listener().refusals.isEmpty() && !b.listener().refusals.isEmpty());
            String reason = "the greeting names actor " + other + " but the certificate " + self;
            assertThat(b.listener().refusals.get(0))
                    .startsWith("Refused the node connecting from")
                    .contains(reason);
            assertThat(a.listener().refusals.get(0))
                    .startsWith("Refused by the node at")
                    .contains(reason);
            assertThat(b.listener().frames).isEmpty();
        }
    }

    @Test
    void nodesOfTwoClustersRefuseEachOther() {
        try (TestNode a = TestNode.open(ONE, options -> options.withCluster("blue"));
                TestNode b = TestNode.open(ONE, options -> options.withCluster("green"))) {
            a.transport().sendFrame(b.address(), numbered(1, 8));
            await().until(() ->
                    !a.listener().refusals.isEmpty() && !b.listener().refusals.isEmpty());
            assertThat(a.listener().refusals.get(0)).contains("blue", "green", "corrosion.cluster.id");
            assertThat(b.listener().refusals.get(0)).contains("blue", "green", "corrosion.cluster.id");
            assertThat(b.listener().frames).isEmpty();
        }
    }

    @Test
    void aCopyOfTheSameNodeIsHeardSoThatMembershipCanReportIt() {
        ActorId same = new ActorId(UUID.randomUUID());
        try (TestNode a =
                        TestNode.open(same, TestNode.DEVELOPMENT, UnaryOperator.identity(), UnaryOperator.identity());
                TestNode b =
                        TestNode.open(same, TestNode.DEVELOPMENT, UnaryOperator.identity(), UnaryOperator.identity())) {
            a.transport().sendFrame(b.address(), numbered(1, 8));
            await().until(() -> !b.listener().frames.isEmpty());
            assertThat(a.listener().refusals).isEmpty();
            assertThat(b.listener().refusals).isEmpty();
        }
    }

    @Test
    void aFrameThatIsTooLargeCutsTheLinkOff() throws Exception {
        ActorId actor = new ActorId(UUID.randomUUID());
        NodeIdentity identity = TestNode.DEVELOPMENT.issue(actor, Instant.now());
        byte[] hello =
                new HelloFrame(actor, 1, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), "").encode();
        try (TestNode b = TestNode.open();
                RawClient client = new RawClient(b.address(), identity, QuicContexts.PROTOCOL)) {
            client.write(
                    Unpooled.buffer().writeInt(hello.length).writeBytes(hello).writeInt(Transport.MAX_FRAME_BYTES + 1));
            QuicConnectionCloseEvent closed = client.closed.get(5, TimeUnit.SECONDS);
            assertThat(closed.isApplicationClose()).isTrue();
            assertThat(closed.error()).isEqualTo(ErrorCode.PROTOCOL.code());
            await().until(() -> b.stats().connections() == 0);
        }
    }

    @Test
    void aGreetingThatIsTooLargeCutsTheLinkOff() throws Exception {
        NodeIdentity identity = TestNode.DEVELOPMENT.issue(new ActorId(UUID.randomUUID()), Instant.now());
        try (TestNode b = TestNode.open();
                RawClient client = new RawClient(b.address(), identity, QuicContexts.PROTOCOL)) {
            client.write(Unpooled.buffer().writeInt(QuicLink.MAX_HELLO_BYTES + 1));
            assertThat(client.closed.get(5, TimeUnit.SECONDS).error()).isEqualTo(ErrorCode.PROTOCOL.code());
        }
    }

    @Test
    void aPeerThatDoesNotGreetIsCutOff() throws Exception {
        NodeIdentity identity = TestNode.DEVELOPMENT.issue(new ActorId(UUID.randomUUID()), Instant.now());
        try (TestNode b =
                        TestNode.open(options -> options.withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(300)));
                RawClient client = new RawClient(b.address(), identity, QuicContexts.PROTOCOL)) {
            assertThat(client.closed.get(5, TimeUnit.SECONDS).error()).isEqualTo(ErrorCode.TIMEOUT.code());
        }
    }

    @Test
    void theDevelopmentIdentityStaysOnLoopback() {
        NodeIdentity identity = TestNode.DEVELOPMENT.issue(new ActorId(UUID.randomUUID()), Instant.now());
        QuicOptions everywhere = QuicOptions.of(new InetSocketAddress(0), identity);
        assertThatThrownBy(() -> QuicTransport.open(everywhere))
                .isInstanceOf(InsecureClusterException.class)
                .hasMessageContaining("corrosion.security.secret");
        assertThatThrownBy(() -> TestNode.open(options -> options.withAdvertisedHost("192.0.2.1")))
                .isInstanceOf(InsecureClusterException.class);

        try (TestNode a = TestNode.open()) {
            InetSocketAddress elsewhere = new InetSocketAddress(address(192, 0, 2, 1), 8787);
            a.transport().sendFrame(elsewhere, numbered(1, 8));
            await().until(() -> a.listener().shed.contains(elsewhere));
            assertThat(a.listener().refusals.get(0)).contains("set corrosion.security.secret on all nodes");
            assertThat(a.stats().handshakesFailed()).isZero();
        }
    }

    private static InetAddress address(int... parts) {
        ByteBuffer bytes = ByteBuffer.allocate(parts.length);
        for (int part : parts) {
            bytes.put((byte) part);
        }
        try {
            return InetAddress.getByAddress(bytes.array());
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
