package dev.corrosion.transport.quic;

import static dev.corrosion.transport.quic.QuicTransportTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LostPeerTest {

    private static QuicOptions hasty(QuicOptions options) {
        return options.withTimeouts(Duration.ofSeconds(30), Duration.ofMillis(500));
    }

    @Test
    void aPeerThatVanishesIsNoticedLongBeforeTheIdleTimeout() throws Exception {
        try (TestNode a = TestNode.open(LostPeerTest::hasty);
                TestNode b = TestNode.open();
                Relay relay = new Relay(b.address())) {
            a.transport().sendFrame(relay.address(), numbered(0, 8));
            await().until(() -> b.listener().frames.size() == 1);
            relay.cut = true;
            a.transport().sendFrame(relay.address(), numbered(1, 8));
            await().atMost(Duration.ofSeconds(8)).until(() -> a.stats().connections() == 0);
            relay.cut = false;
            await().until(() -> {
                a.transport().sendFrame(relay.address(), numbered(2, 8));
                return b.listener().frames.size() > 1;
            });
        }
    }

    @Test
    void aQuietLinkIsNotTakenForALostOne() {
        try (TestNode a = TestNode.open(LostPeerTest::hasty);
                TestNode b = TestNode.open(LostPeerTest::hasty)) {
            a.transport().sendFrame(b.address(), numbered(0, 8));
            await().until(() -> b.listener().frames.size() == 1);
            await().during(Duration.ofSeconds(3))
                    .until(() -> a.stats().connections() == 1 && b.stats().connections() == 1);
        }
    }

    @Test
    void aPeerReachedThroughAnotherAddressIsKnownByBoth() throws Exception {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open();
                Relay relay = new Relay(b.address())) {
            a.transport().sendFrame(relay.address(), numbered(0, 8));
            await().until(() -> b.listener().frames.size() == 1);
            a.transport().sendFrame(b.address(), numbered(1, 8));
            a.transport().sendFrame(relay.address(), numbered(2, 8));
            await().until(() -> b.listener().frames.size() == 3);
            assertThat(QuicTransportTest.numbers(b)).containsExactly(0, 1, 2);
            assertThat(a.stats().connectionsOpened()).isEqualTo(1);
        }
    }

    @Test
    void manyThatConnectAtOnceAllGetThrough() {
        List<TestNode> nodes = new ArrayList<>();
        try (TestNode hub = TestNode.open()) {
            int count = LinkTable.BUSY_UNGREETED + 20;
            for (int i = 0; i < count; i++) {
                nodes.add(TestNode.open());
            }
            nodes.forEach(node -> node.transport().sendFrame(hub.address(), numbered(0, 8)));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> hub.listener().frames.size() == count);
        } finally {
            nodes.forEach(TestNode::close);
        }
    }

    /** Passes packets on between one client and a node, until it is cut. */
    private static final class Relay implements AutoCloseable {

        volatile boolean cut;
        private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        private final InetSocketAddress target;
        private final Channel front;
        private final Channel back;
        private volatile @Nullable InetSocketAddress client;

        Relay(InetSocketAddress target) throws InterruptedException {
            this.target = target;
            this.front = open();
            this.back = open();
        }

        InetSocketAddress address() {
            return (InetSocketAddress) front.localAddress();
        }

        private Channel open() throws InterruptedException {
            return new Bootstrap()
                    .group(group)
                    .channel(NioDatagramChannel.class)
                    .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                            pass(context.channel(), packet);
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
        }

        private void pass(Channel from, DatagramPacket packet) {
            if (cut) {
                return;
            }
            if (from == front) {
                client = packet.sender();
                var unused =
                        back.writeAndFlush(new DatagramPacket(packet.content().retain(), target));
            } else if (client != null) {
                var unused =
                        front.writeAndFlush(new DatagramPacket(packet.content().retain(), client));
            }
        }

        @Override
        public void close() {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
