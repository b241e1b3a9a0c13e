package dev.corrosion.transport.quic;

import static dev.corrosion.transport.quic.QuicTransportTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.identity.CertificateFacts;
import dev.corrosion.transport.identity.NodeIdentity;
import dev.corrosion.transport.identity.Revocations;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport gets another identity while it is used. */
@Timeout(60)
class RenewalTest {

    private static final int FRAMES = 3_000;
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static NodeIdentity another(TestNode node) {
        return TestNode.DEVELOPMENT.issue(node.actorId(), Instant.now());
    }

    private static String shown(TestNode by, TestNode of) {
        var seen = by.transport().peerCertificates().get(of.actorId());
        return seen == null ? "" : seen.fingerprint();
    }

    @Test
    void noFrameIsLostInEitherDirectionWhileLinksAreReplaced() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            NodeIdentity next = another(a);
            for (int i = 0; i < FRAMES; i++) {
                a.transport().sendFrame(b.address(), numbered(i, 100));
                b.transport().sendFrame(a.address(), numbered(i, 100));
                if (i == FRAMES / 3) {
                    await().until(() -> !b.listener().frames.isEmpty());
                    a.transport().renew(next);
                }
                if (i == FRAMES / 2) {
                    b.transport().renew(another(b));
                }
                if (i % 100 == 0) {
                    int sent = i;
                    await().until(() -> b.listener().frames.size() > sent - 500);
                }
            }
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(numbers(a)).hasSize(FRAMES);
                assertThat(numbers(b)).hasSize(FRAMES);
            });
            assertThat(a.listener().shed).isEmpty();
            assertThat(b.listener().shed).isEmpty();
            await().until(() -> shown(b, a).equals(CertificateFacts.fingerprint(next.certificate())));
            // What was replaced goes, well before it would fall idle.
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> a.stats().connections() <= 2 && b.stats().connections() <= 2);
        }
    }

    private static Set<Integer> numbers(TestNode node) {
        Set<Integer> numbers = new HashSet<>();
        node.listener()
                .frames
                .forEach(frame -> numbers.add(ByteBuffer.wrap(frame.payload()).getInt()));
        return numbers;
    }

    @Test
    void anExchangeThatIsUnderWayEndsOnTheOldLink() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            CompletableFuture<ExchangeResponder> answering = new CompletableFuture<>();
            b.listener().answer = (request, responder) -> {
                responder.send(numbered(0, 8));
                answering.complete(responder);
            };
            Answers answers = new Answers();
            a.transport().exchange(b.address(), numbered(0, 8), answers);
            await().until(() -> answers.frames.size() == 1);
            NodeIdentity next = another(b);
            b.transport().renew(next);
            await().until(() -> shown(a, b).equals(CertificateFacts.fingerprint(next.certificate())));
            // Longer than a link that is done would linger.
            await().during(Duration.ofSeconds(2))
                    .until(() -> !answers.ended.isDone() && a.stats().connections() == 2);
            for (int i = 1; i < 10; i++) {
                answering.join().send(numbered(i, 8));
            }
            answering.join().end();
            assertThat(answers.ended).succeedsWithin(Duration.ofSeconds(5));
            assertThat(answers.frames).hasSize(10);
            await().until(() -> a.stats().connections() == 1 && b.stats().connections() == 1);
        }
    }

    @Test
    void aLinkThatOnlyTheOtherCanOpenGoesOnUntilItIsGivenUpAndTheOtherOpensItAnew() throws Exception {
        InetSocketAddress nowhere;
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            nowhere = (InetSocketAddress) taken.getLocalSocketAddress();
        }
        try (TestNode a = TestNode.open(options -> options.withTimeouts(IDLE, Duration.ofSeconds(1)));
                TestNode b = TestNode.open(
                        new ActorId(UUID.randomUUID()),
                        TestNode.DEVELOPMENT,
                        options -> options,
                        hello -> new HelloFrame(hello.actorId(), hello.instance(), nowhere, hello.cluster()))) {
            b.transport().sendFrame(a.address(), numbered(0, 8));
            await().until(() -> a.listener().frames.size() == 1);
            String before = shown(b, a);
            NodeIdentity next = another(a);
            a.transport().renew(next);

            // The old link is used meanwhile, in both directions.
            a.transport().sendFrame(nowhere, numbered(1, 8));
            b.transport().sendFrame(a.address(), numbered(2, 8));
            await().until(() -> b.listener().frames.size() == 1);
            await().until(() -> a.listener().frames.size() == 2);
            assertThat(shown(b, a)).isEqualTo(before);

            await().atMost(Duration.ofSeconds(30)).until(() -> a.stats().connections() == 0);
            assertThat(a.stats().handshakesFailed()).isEqualTo(Recycler.MAX_ATTEMPTS);
            b.transport().sendFrame(a.address(), numbered(3, 8));
            await().until(() -> a.listener().frames.size() == 3);
            assertThat(shown(b, a)).isEqualTo(CertificateFacts.fingerprint(next.certificate()));
            a.transport().sendFrame(nowhere, numbered(4, 8));
            await().until(() -> b.listener().frames.size() == 2);
        }
    }

    @Test
    void aRevokedPeerIsCutInTheMiddleAndToldWhy() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            a.transport().sendFrame(b.address(), numbered(1, 8));
            await().until(() -> b.listener().frames.size() == 1);
            a.transport().revoke(Revocations.parse(List.of(b.actorId().toString())));
            await().until(() -> a.stats().connections() == 0 && b.stats().connections() == 0);
            assertThat(b.listener().refusals)
                    .anyMatch(reason -> reason.contains("actor " + b.actorId() + " has been revoked"));
            b.transport().sendFrame(a.address(), numbered(2, 8));
            await().until(() -> !b.listener().shed.isEmpty());
            assertThat(a.listener().frames).isEmpty();
        }
    }

    private static final class Answers implements ExchangeHandler {

        final List<byte[]> frames = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> ended = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onFrame(byte[] frame) {
            frames.add(frame);
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
}
