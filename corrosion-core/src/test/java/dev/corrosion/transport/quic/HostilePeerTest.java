package dev.corrosion.transport.quic;

import static dev.corrosion.transport.quic.QuicTransportTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.identity.ClusterAuthority;
import dev.corrosion.transport.identity.NodeIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strangers and members that want nothing but to hold a node up: each is cut off, and another peer is answered meanwhile. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what is written may be refused
class HostilePeerTest {

    private static final ClusterAuthority CLUSTER = ClusterAuthority.fromSecret("the secret of the cluster");
    private static final ClusterAuthority STRANGERS = ClusterAuthority.fromSecret("the secret of another one");

    private static final int EXCHANGES = 2;
    private static final int ANSWERS = 2 * EXCHANGES;
    private static final int STREAMS = EXCHANGES * QuicOptions.Limits.QUIC_STREAMS_PER_EXCHANGE;
    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Duration HASTY = Duration.ofSeconds(1);
    private static final byte[] QUESTION = {7};

    private TestNode node;
    private TestNode other;

    @BeforeEach
    void open() {
        open(PATIENT);
    }

    private void open(Duration exchangeTimeout) {
        var limits = new QuicOptions.Limits(8 << 20, 1 << 20, EXCHANGES, exchangeTimeout);
        node = TestNode.open(CLUSTER, options -> options.withLimits(limits)
                .withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(2)));
        other = TestNode.open(CLUSTER, options -> options);
        node.listener().answer = (request, responder) -> answer(responder);
        requireAnswered();
    }

    @AfterEach
    void close() {
        other.close();
        node.close();
    }

    @Test
    void packetsThatAreNoneOfQuicAreDroppedWithoutAWord() throws Exception {
        Random random = new Random(42);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 20_000; i++) {
                byte[] packet = new byte[random.nextInt(1500)];
                random.nextBytes(packet);
                if (packet.length > 5 && i % 2 == 0) {
                    packet[0] |= (byte) 0xc0; // the long header of a handshake, of QUIC's version 1
                    packet[1] = 0;
                    packet[2] = 0;
                    packet[3] = 0;
                    packet[4] = (byte) (i % 4 == 0 ? 1 : 0x6b);
                }
                socket.send(new DatagramPacket(packet, packet.length, node.address()));
                if (i % 5_000 == 0) {
                    requireAnswered();
                }
            }
        }
        requireAnswered();
        assertThat(node.stats().connectionsOpened()).isEqualTo(1);
        assertThat(node.listener().refusals).isEmpty();
    }

    @Test
    void handshakesThatNeverGoOnHaveToProveTheirAddressAndAreForgotten() throws Exception {
        int before = (int) node.stats().handshakesFailed();
        List<byte[]> firstPackets = firstPackets(200);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (byte[] packet : firstPackets) {
                socket.send(new DatagramPacket(packet, packet.length, node.address()));
            }
            requireAnswered();
            try (TestNode late = TestNode.open(CLUSTER, options -> options)) {
                late.transport().sendFrame(node.address(), numbered(1, 8));
                await().until(() -> node.listener().frames.size() == 1);
            }
            await().until(() -> node.stats().handshakesFailed() >= before + LinkTable.BUSY_UNGREETED);
        }
        // What has not proved its address took no place: of 200 hardly more were kept than make the node busy.
        assertThat(node.stats().handshakesFailed()).isLessThanOrEqualTo(before + 2L * LinkTable.BUSY_UNGREETED);
        requireAnswered();
    }

    @Test
    void strangersThatComeAgainAndAgainAreRefusedEachTime() throws Exception {
        NodeIdentity stranger = STRANGERS.issue(new ActorId(UUID.randomUUID()), Instant.now());
        for (int i = 0; i < 30; i++) {
            try (RawClient client = new RawClient(node.address(), stranger, QuicContexts.PROTOCOL)) {
                client.closed.get(5, TimeUnit.SECONDS);
            }
        }
        assertThat(node.listener().refusals)
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(30)
                .allMatch(reason -> reason.contains("was not issued from this cluster's secret"));
        assertThat(node.stats().connectionsOpened()).isEqualTo(1);
        requireAnswered();
    }

    @Test
    void aMemberHasNoMoreThanAFewLinks() throws Exception {
        ActorId actor = new ActorId(UUID.randomUUID());
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < LinkTable.MAX_LINKS_OF_A_MEMBER + 2; i++) {
                clients.add(member(actor));
            }
            for (RawClient last : clients.subList(LinkTable.MAX_LINKS_OF_A_MEMBER, clients.size())) {
                assertThat(last.closed.get(5, TimeUnit.SECONDS).error()).isEqualTo(ErrorCode.BUSY.code());
            }
            assertThat(clients.subList(0, LinkTable.MAX_LINKS_OF_A_MEMBER)).noneMatch(client -> client.closed.isDone());
            requireAnswered();
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void questionsThatAreNeverFinishedAreBrokenOffAlsoIfTheyDrip() throws Exception {
        close();
        open(HASTY);
        try (RawClient member = member()) {
            List<QuicStreamChannel> streams = new ArrayList<>();
            for (int i = 0; i < ANSWERS; i++) {
                streams.add(member.ask(Unpooled.buffer().writeInt(Transport.MAX_FRAME_BYTES)));
            }
            await().atMost(HASTY.multipliedBy(20))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        streams.forEach(
                                stream -> stream.writeAndFlush(Unpooled.buffer().writeByte(1)));
                        requireAnswered();
                        return streams.stream().noneMatch(HostilePeerTest::takesMore);
                    });
            assertThat(member.closed).isNotDone();
        }
        requireAnswered();
    }

    @Test
    void moreQuestionsThanAllowedAreRefusedAndTheOthersKeepTheirPlaces() throws Exception {
        List<ExchangeResponder> served = new CopyOnWriteArrayList<>();
        node.listener().answer = (request, responder) -> {
            if (request.length == QUESTION.length) {
                answer(responder);
            } else {
                served.add(responder);
            }
        };
        try (RawClient member = member()) {
            for (int i = 0; i < STREAMS; i++) {
                member.ask(frame(new byte[] {1, 2}));
            }
            await().until(() -> served.size() == ANSWERS);
            requireAnswered();
            assertThat(served).hasSize(ANSWERS);
        }
        requireAnswered();
    }

    @Test
    void aSecondQuestionOnAStreamEndsThatExchangeOnly() throws Exception {
        try (RawClient member = member()) {
            node.listener().answer = (request, responder) -> {
                if (request.length == QUESTION.length) {
                    answer(responder);
                }
            };
            QuicStreamChannel stream = member.ask(frame(new byte[2]).writeBytes(frame(new byte[2])));
            await().until(() -> {
                stream.writeAndFlush(Unpooled.buffer().writeByte(1));
                return !takesMore(stream);
            });
            assertThat(member.closed).isNotDone();
            requireAnswered();
        }
    }

    @Test
    void aMemberThatFloodsFramesIsHeldBackByItsOwnStream() throws Exception {
        CompletableFuture<Void> busy = new CompletableFuture<>();
        node.listener().onFrame = frame -> busy;
        try (RawClient member = member()) {
            QuicStreamChannel stream = member.frames();
            for (int i = 0; i < 64; i++) {
                stream.writeAndFlush(frame(new byte[1 << 20]));
            }
            await().until(() -> !node.listener().frames.isEmpty());
            requireAnswered();
            assertThat(node.listener().frames).as("one at a time").hasSize(1);
            busy.complete(null);
            await().until(() -> node.listener().frames.size() == 64);
        }
        requireAnswered();
    }

    private static void answer(ExchangeResponder responder) {
        responder.send(QUESTION);
        responder.end();
    }

    /** The other peer asks, and has its answer in time. */
    private void requireAnswered() {
        Ending ending = new Ending();
        other.transport().exchange(node.address(), QUESTION, ending);
        assertThat(ending.ended).succeedsWithin(Duration.ofSeconds(10));
    }

    private static final class Ending implements ExchangeHandler {

        final CompletableFuture<Void> ended = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onFrame(byte[] frame) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onEnd() {
            ended.complete(null);
        }

        @Override
        public void onFailure(Throwable cause) {
            ended.completeExceptionally(cause);
        }
    }

    /** One that has greeted, and then does as it likes. */
    private RawClient member() throws Exception {
        return member(new ActorId(UUID.randomUUID()));
    }

    private RawClient member(ActorId actor) throws Exception {
        RawClient client = new RawClient(node.address(), CLUSTER.issue(actor, Instant.now()), QuicContexts.PROTOCOL);
        long before = node.stats().connectionsOpened();
        client.write(frame(
                new HelloFrame(actor, 1, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), "").encode()));
        await().until(() -> node.stats().connectionsOpened() > before);
        return client;
    }

    private static ByteBuf frame(byte[] bytes) {
        return Unpooled.buffer().writeInt(bytes.length).writeBytes(bytes);
    }

    /** Whether the node still wants what is written to the stream. */
    private static boolean takesMore(QuicStreamChannel stream) {
        return stream.isOpen() && !stream.isOutputShutdown();
    }

    /** The first packets of so many handshakes that were meant for somebody else. */
    private static List<byte[]> firstPackets(int count) throws Exception {
        List<byte[]> packets = new ArrayList<>();
        try (DatagramSocket trap = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Dialler dialler = new Dialler((InetSocketAddress) trap.getLocalSocketAddress(), count)) {
            trap.setSoTimeout(5_000);
            trap.setReceiveBufferSize(4 << 20);
            dialler.start();
            while (packets.size() < count) {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                trap.receive(packet);
                packets.add(Arrays.copyOf(packet.getData(), packet.getLength()));
            }
        } catch (IOException e) {
            throw new AssertionError("only " + packets.size() + " handshakes were begun", e);
        }
        return packets;
    }
}
