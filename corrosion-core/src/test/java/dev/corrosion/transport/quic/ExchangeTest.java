package dev.corrosion.transport.quic;

import static dev.corrosion.transport.quic.QuicTransportTest.bytes;
import static dev.corrosion.transport.quic.QuicTransportTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExchangeTest {

    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

    @Test
    void manyAnswersArriveInOrderAndThenTheEnd() {
        int count = 2_000;
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            b.listener().answer = (request, responder) -> {
                assertThat(request).isEqualTo(bytes("count"));
                sendAll(responder, 0, count, 10_000);
            };
            Asker asker = new Asker(() -> NOW);
            a.transport().exchange(b.address(), bytes("count"), asker);
            await().atMost(Duration.ofSeconds(30)).until(() -> asker.ends.get() == 1);
            assertThat(asker.numbers())
                    .isEqualTo(IntStream.range(0, count).boxed().toList());
            assertThat(asker.failures).isEmpty();
        }
    }

    @Test
    void thousandsOfExchangesOneAfterTheOtherLeaveNothingBehind() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            b.listener().answer = (request, responder) -> {
                var unused = responder.send(request);
                responder.end();
            };
            int rounds = 3_000;
            for (int i = 0; i < rounds; i++) {
                Asker asker = new Asker(() -> NOW);
                a.transport().exchange(b.address(), numbered(i, 100), asker);
                awaitQuickly(() -> asker.ends.get() + asker.failures.size() == 1);
                assertThat(asker.failures).isEmpty();
            }
            assertThat(a.stats().connectionsOpened()).isEqualTo(1);
        }
    }

    @Test
    void aSlowAskerHoldsTheResponderBack() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            AtomicInteger sent = new AtomicInteger();
            b.listener().answer = (request, responder) -> sendCounting(responder, sent, 400, 100_000);
            CompletableFuture<Void> gate = new CompletableFuture<>();
            Asker asker = new Asker(() -> gate);
            a.transport().exchange(b.address(), bytes("all"), asker);
            await().until(() -> asker.frames.size() == 1);
            await().during(Duration.ofMillis(500)).until(() -> asker.frames.size() == 1 && sent.get() < 200);

            gate.complete(null);
            await().atMost(Duration.ofSeconds(30)).until(() -> asker.ends.get() == 1);
            assertThat(asker.frames).hasSize(400);
        }
    }

    @Test
    void aResponderThatFailsIsSeenAsFailureAfterWhatItHadSent() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            b.listener().answer = (request, responder) -> {
                var unused = responder.send(numbered(0, 100));
                responder.fail();
            };
            Asker asker = new Asker(() -> NOW);
            a.transport().exchange(b.address(), bytes("?"), asker);
            await().until(() -> asker.failures.size() == 1);
            assertThat(asker.numbers()).containsExactly(0);
            assertThat(asker.ends).hasValue(0);
        }
    }

    @Test
    void aResponderThatDoesNotWaitBreaksTheExchangeInsteadOfLosingAnswers() {
        var tight = new QuicOptions.Limits(1 << 20, 1 << 20, 8, Duration.ofSeconds(30));
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open(options -> options.withLimits(tight))) {
            b.listener().answer = (request, responder) -> {
                for (int i = 0; i < 100; i++) {
                    var unused = responder.send(numbered(i, 200_000));
                }
                responder.end();
            };
            Asker asker = new Asker(() -> NOW);
            a.transport().exchange(b.address(), bytes("?"), asker);
            await().until(() -> asker.failures.size() == 1);
            assertThat(asker.ends).hasValue(0);
            assertThat(asker.numbers())
                    .isEqualTo(IntStream.range(0, asker.frames.size()).boxed().toList());
        }
    }

    @Test
    void aListenerThatThrowsIsSeenAsFailure() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            b.listener().answer = (request, responder) -> {
                throw new IllegalStateException("no answer");
            };
            Asker asker = new Asker(() -> NOW);
            a.transport().exchange(b.address(), bytes("?"), asker);
            await().until(() -> asker.failures.size() == 1);
        }
    }

    @RepeatedTest(5)
    void aHandlerThatFailsEndsTheExchangeOnBothSides() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            b.listener().answer = (request, responder) -> sendUntilRefused(responder, told);
            Asker asker = new Asker(() -> CompletableFuture.failedFuture(new IllegalStateException("enough")));
            a.transport().exchange(b.address(), bytes("?"), asker);
            await().until(() -> asker.failures.size() == 1 && told.isDone());
            assertThat(asker.failures.get(0)).hasMessage("enough");
            assertThat(asker.frames).hasSize(1);
        }
    }

    @Test
    void aPeerThatGoesFailsTheExchangeOnce() {
        try (TestNode a = TestNode.open()) {
            TestNode b = TestNode.open();
            b.listener().answer = (request, responder) -> {
                var unused = responder.send(numbered(0, 100));
            };
            Asker asker = new Asker(() -> NOW);
            a.transport().exchange(b.address(), bytes("?"), asker);
            await().until(() -> asker.frames.size() == 1);
            b.close();
            await().until(() -> asker.failures.size() == 1);
            await().during(Duration.ofMillis(100)).until(() -> asker.failures.size() == 1 && asker.ends.get() == 0);
        }
    }

    @Test
    void anExchangeOnWhichNothingHappensFails() {
        var hasty = new QuicOptions.Limits(8 << 20, 1 << 20, 8, Duration.ofMillis(300));
        try (TestNode a = TestNode.open(options -> options.withLimits(hasty));
                TestNode b = TestNode.open()) {
            b.listener().answer = (request, responder) -> {};
            Asker asker = new Asker(() -> NOW);
            a.transport().exchange(b.address(), bytes("?"), asker);
            await().until(() -> asker.failures.size() == 1);
            assertThat(asker.failures.get(0)).hasMessageContaining("nothing happened");
        }
    }

    @Test
    void moreExchangesThanAllowedFailAtOnceAndTheOthersGoOn() {
        var few = new QuicOptions.Limits(8 << 20, 1 << 20, 4, Duration.ofSeconds(30));
        try (TestNode a = TestNode.open(options -> options.withLimits(few));
                TestNode b = TestNode.open()) {
            List<ExchangeResponder> open = new CopyOnWriteArrayList<>();
            b.listener().answer = (request, responder) -> open.add(responder);
            List<Asker> askers =
                    IntStream.range(0, 6).mapToObj(i -> new Asker(() -> NOW)).toList();
            askers.forEach(asker -> a.transport().exchange(b.address(), bytes("?"), asker));
            await().until(() -> open.size() == 4
                    && askers.stream()
                                    .filter(asker -> asker.failures.size() == 1)
                                    .count()
                            == 2);
            open.forEach(ExchangeResponder::end);
            await().until(() ->
                    askers.stream().filter(asker -> asker.ends.get() == 1).count() == 4);
        }
    }

    @Test
    void aLinkOnWhichManyExchangesWereBrokenOffIsReplacedWithoutLosingFrames() {
        try (TestNode a = TestNode.open();
                TestNode b = TestNode.open()) {
            b.listener().answer = (request, responder) -> {
                var unused = responder.send(request);
            };
            int rounds = ExchangeStreams.MAX_BROKEN + 20;
            for (int i = 0; i < rounds; i++) {
                Asker asker = new Asker(() -> CompletableFuture.failedFuture(new IllegalStateException("enough")));
                a.transport().exchange(b.address(), numbered(i, 100), asker);
                a.transport().sendFrame(b.address(), numbered(i, 100));
                awaitQuickly(() -> asker.failures.size() == 1);
            }
            await().until(() -> a.stats().connectionsOpened() == 2 && a.stats().connections() == 1);
            await().until(() -> b.listener().frames.size() == rounds);
            assertThat(a.stats().shed()).isZero();
        }
    }

    private static void awaitQuickly(Callable<Boolean> condition) {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofNanos(100_000))
                .until(condition);
    }

    private static void sendAll(ExchangeResponder responder, int next, int count, int size) {
        if (next == count) {
            responder.end();
            return;
        }
        var unused = responder.send(numbered(next, size)).thenRunAsync(() -> sendAll(responder, next + 1, count, size));
    }

    private static void sendCounting(ExchangeResponder responder, AtomicInteger sent, int count, int size) {
        if (sent.get() == count) {
            responder.end();
            return;
        }
        var unused = responder.send(numbered(sent.get(), size)).thenRunAsync(() -> {
            sent.incrementAndGet();
            sendCounting(responder, sent, count, size);
        });
    }

    private static void sendUntilRefused(ExchangeResponder responder, CompletableFuture<Throwable> told) {
        var unused = responder.send(numbered(0, 100_000)).whenCompleteAsync((ok, failure) -> {
            if (failure == null) {
                sendUntilRefused(responder, told);
            } else {
                told.complete(failure);
            }
        });
    }

    /** Collects answers. */
    private static final class Asker implements ExchangeHandler {

        final List<byte[]> frames = new CopyOnWriteArrayList<>();
        final AtomicInteger ends = new AtomicInteger();
        final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final Supplier<CompletionStage<?>> ready;

        Asker(Supplier<CompletionStage<?>> ready) {
            this.ready = ready;
        }

        @Override
        public CompletionStage<?> onFrame(byte[] frame) {
            frames.add(frame);
            return ready.get();
        }

        @Override
        public void onEnd() {
            ends.incrementAndGet();
        }

        @Override
        public void onFailure(Throwable cause) {
            failures.add(cause);
        }

        List<Integer> numbers() {
            List<Integer> numbers = new ArrayList<>();
            frames.forEach(frame -> numbers.add(ByteBuffer.wrap(frame).getInt()));
            return numbers;
        }
    }
}
