package dev.corrosion.transport.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.transport.Peer;
import dev.corrosion.transport.identity.Revocations;
import dev.corrosion.transport.quic.RecordingListener.Delivered;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QuicTransportTest {

    private static final Duration IDLE = Duration.ofMillis(700);
    private static final Duration CONNECT = Duration.ofSeconds(2);

    @Test
    void datagramsGoBothWaysAndNameTheirSender() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            a.transport().sendDatagram(b.address(), bytes("ping"));
            await().until(() -> !b.listener().datagrams.isEmpty());
            Delivered ping = b.listener().datagrams.get(0);
            assertThat(ping.from()).isEqualTo(new Peer(a.actorId(), a.address()));
            assertThat(ping.payload()).isEqualTo(bytes("ping"));

            b.transport().sendDatagram(ping.from().address(), bytes("pong"));
            await().until(() -> !a.listener().datagrams.isEmpty());
            assertThat(a.listener().datagrams.get(0).from()).isEqualTo(new Peer(b.actorId(), b.address()));
        }
    }

    @Test
    void theRoundTripIsMeasuredOnBothEndsAndRememberedWhenTheLinkIsClosed() {
        try (TestNode a = TestNode.open()) {
            try (TestNode b = TestNode.open()) {
                assertThat(a.transport().roundTrip(b.address())).isEmpty();
                a.transport().sendDatagram(b.address(), bytes("ping"));
                await().until(() -> a.transport().roundTrip(b.address()).isPresent()
                        && b.transport().roundTrip(a.address()).isPresent());
                assertThat(a.transport().roundTrip(b.address()).orElseThrow())
                        .isBetween(Duration.ofNanos(1), Duration.ofMillis(300));
                b.transport().close();
                await().until(() -> a.stats().connections() == 0);
                assertThat(a.transport().roundTrip(b.address())).isPresent();
            }
        }
    }

    @Test
    void framesArriveInOrderBothWaysOverOneConnection() {
        int count = 160;
        int size = 64 << 10;
        var roomy = new QuicOptions.Limits(16 << 20, 16 << 20, 8, Duration.ofSeconds(30));
        try (TestNode a = TestNode.open(options -> options.withLimits(roomy));
                TestNode b = TestNode.open(options -> options.withLimits(roomy))) {
            a.transport().sendFrame(b.address(), numbered(-1, 8));
            await().until(() -> b.listener().frames.size() == 1);
            for (int i = 0; i < count; i++) {
                a.transport().sendFrame(b.address(), numbered(i, size));
                b.transport().sendFrame(a.address(), numbered(i, size));
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> a.listener().frames.size() == count
                            && b.listener().frames.size() == count + 1);
            assertThat(numbers(a)).isEqualTo(IntStream.range(0, count).boxed().toList());
            assertThat(numbers(b)).isEqualTo(IntStream.range(-1, count).boxed().toList());
            assertThat(b.listener().frames.get(count).payload()).isEqualTo(numbered(count - 1, size));
            assertThat(a.stats().connectionsOpened()).isEqualTo(1);
            assertThat(b.stats().connectionsOpened()).isEqualTo(1);
        }
    }

    @Test
    void aFrameOfTheLargestSizeArrives() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            byte[] frame = numbered(7, dev.corrosion.transport.Transport.MAX_FRAME_BYTES);
            a.transport().sendFrame(b.address(), frame);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> b.listener().frames.size() == 1);
            assertThat(b.listener().frames.get(0).payload()).isEqualTo(frame);
        }
    }

    @Test
    void theNextFrameWaitsForTheStageOfThePrevious() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            b.listener().onFrame = frame -> gate;
            a.transport().sendFrame(b.address(), numbered(0, 8));
            await().until(() -> b.listener().frames.size() == 1);
            for (int i = 1; i < 50; i++) {
                a.transport().sendFrame(b.address(), numbered(i, 100_000));
            }
            a.transport().sendDatagram(b.address(), bytes("later"));
            await().until(() ->
                    b.listener().frames.size() == 1 && b.listener().datagrams.size() == 1);
            await().during(Duration.ofMillis(300))
                    .until(() -> b.listener().frames.size() == 1);

            gate.complete(null);
            await().until(() -> b.listener().frames.size() == 50);
            assertThat(numbers(b)).isEqualTo(IntStream.range(0, 50).boxed().toList());
        }
    }

    @Test
    void whatASlowPeerCannotTakeIsShedAndReported() {
        var tight = new QuicOptions.Limits(1 << 20, 64 << 10, 8, Duration.ofSeconds(30));
        try (TestNode a = TestNode.open(options -> options.withLimits(tight));
                TestNode b = TestNode.open()) {
            b.listener().onFrame = frame -> new CompletableFuture<>();
            a.transport().sendFrame(b.address(), numbered(0, 8));
            await().until(() -> b.listener().frames.size() == 1);
            for (int i = 0; i < 100; i++) {
                a.transport().sendFrame(b.address(), numbered(i, 1 << 20));
            }
            await().until(() -> a.listener().shed.contains(b.address()));
            assertThat(a.stats().shed()).isBetween(50L, 100L);
        }
    }

    @Test
    void nodesThatConnectToEachOtherAtTheSameTimeKeepWorking() {
        for (int round = 0; round < 5; round++) {
            try (TestNode a = TestNode.open();
                    TestNode b = TestNode.open()) {
                a.transport().sendFrame(b.address(), numbered(0, 8));
                b.transport().sendFrame(a.address(), numbered(0, 8));
                await().until(() -> a.listener().frames.size() == 1
                        && b.listener().frames.size() == 1
                        && a.stats().connections() > 0
                        && a.stats().connections() == b.stats().connections());
                for (int i = 1; i < 20; i++) {
                    a.transport().sendFrame(b.address(), numbered(i, 8));
                    b.transport().sendFrame(a.address(), numbered(i, 8));
                }
                await().until(() ->
                        a.listener().frames.size() == 20 && b.listener().frames.size() == 20);
                assertThat(a.stats().connectionsOpened()).isLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void anIdleLinkIsClosedAndOpenedAgainOnUse() {
        try (TestNode a = TestNode.open(options -> options.withTimeouts(IDLE, CONNECT));
                TestNode b = TestNode.open(options -> options.withTimeouts(IDLE, CONNECT))) {
            a.transport().sendFrame(b.address(), numbered(0, 8));
            await().until(() -> b.listener().frames.size() == 1);
            await().until(() -> a.stats().connections() == 0 && b.stats().connections() == 0);
            a.transport().sendFrame(b.address(), numbered(1, 8));
            await().until(() -> b.listener().frames.size() == 2);
            assertThat(a.stats().connectionsOpened()).isEqualTo(2);
            assertThat(a.stats().shed()).isZero();
        }
    }

    @Test
    void framesToAnUnreachableAddressAreShed() {
        TestNode gone = TestNode.open();
        gone.close();
        try (TestNode a = TestNode.open(options -> options.withTimeouts(IDLE, Duration.ofMillis(300)))) {
            a.transport().sendFrame(gone.address(), numbered(0, 8));
            await().until(() -> a.listener().shed.size() == 1);
            a.transport().sendFrame(gone.address(), numbered(1, 8));
            await().until(() -> a.listener().shed.size() == 2);
            assertThat(a.listener().shed).containsOnly(gone.address());
            assertThat(a.stats().handshakesFailed()).isEqualTo(1);
            assertThat(a.listener().refusals).isEmpty();
        }
    }

    @Test
    void aRestartedPeerIsReachedAtOnce() {
        try (TestNode a = TestNode.open()) {
            TestNode first = TestNode.open();
            a.transport().sendFrame(first.address(), numbered(0, 8));
            await().until(() -> first.listener().frames.size() == 1);
            first.close();
            await().until(() -> a.stats().connections() == 0);
            try (TestNode second = TestNode.open(options -> new QuicOptions(
                    first.address(),
                    null,
                    options.identity(),
                    Revocations.NONE,
                    "",
                    true,
                    options.idleTimeout(),
                    options.connectTimeout(),
                    options.limits()))) {
                a.transport().sendFrame(second.address(), numbered(1, 8));
                await().until(() -> second.listener().frames.size() == 1);
            }
        }
    }

    @Test
    void closingDeliversWhatIsQueued() {
        try (TestNode b = TestNode.open()) {
            TestNode a = TestNode.open();
            a.transport().sendFrame(b.address(), numbered(0, 8));
            await().until(() -> b.listener().frames.size() == 1);
            for (int i = 1; i < 100; i++) {
                a.transport().sendFrame(b.address(), numbered(i, 50_000));
            }
            a.close();
            assertThat(numbers(b)).isEqualTo(IntStream.range(0, 100).boxed().toList());
            a.transport().sendFrame(b.address(), numbered(100, 8));
        }
    }

    @Test
    void closingFreesThreadAndSocketsAlsoWhenCalledByAListener() {
        TestNode a = TestNode.open();
        TestNode b = TestNode.open();
        b.listener().onFrame = frame -> {
            b.close();
            return CompletableFuture.completedFuture(null);
        };
        a.transport().sendFrame(b.address(), numbered(0, 8));
        await().until(() -> b.listener().frames.size() == 1);
        await().until(() -> a.stats().connections() == 0);
        a.close();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith(Sockets.THREAD_NAME)));
        TestNode.open(options -> new QuicOptions(
                        b.address(),
                        null,
                        options.identity(),
                        Revocations.NONE,
                        "",
                        true,
                        options.idleTimeout(),
                        options.connectTimeout(),
                        options.limits()))
                .close();
    }

    @Test
    void nothingIsSentToTheNodeItself() {
        try (TestNode a = TestNode.open()) {
            a.transport().sendFrame(a.address(), numbered(0, 8));
            await().until(() -> a.listener().shed.size() == 1);
            assertThat(a.listener().frames).isEmpty();
            assertThat(a.stats().connectionsOpened()).isZero();
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] numbered(int number, int size) {
        byte[] frame = new byte[size];
        ByteBuffer.wrap(frame).putInt(number);
        frame[size - 1] ^= (byte) 0x5A;
        return frame;
    }

    static List<Integer> numbers(TestNode node) {
        return node.listener().frames.stream()
                .map(frame -> ByteBuffer.wrap(frame.payload()).getInt())
                .toList();
    }
}
