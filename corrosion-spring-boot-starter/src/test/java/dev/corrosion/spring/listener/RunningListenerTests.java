package dev.corrosion.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.spring.Change;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.LiveStreams;
import dev.corrosion.spring.StubCorrosion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a listener does when something fails. */
@NullUnmarked
@ExtendWith(OutputCaptureExtension.class)
class RunningListenerTests {

    private static final UUID SUBSCRIPTION = new UUID(1, 2);

    private final StubCorrosion node = new StubCorrosion();
    private final CorrosionTemplate template = new CorrosionTemplate(node, new LiveStreams());
    private final CorrosionListeners listeners =
            new CorrosionListeners(template, Duration.ofMillis(5), Duration.ofMillis(20));
    private final Target target = new Target();

    static class Target {

        final BlockingQueue<Object> calls = new LinkedBlockingQueue<>();
        final AtomicInteger failures = new AtomicInteger();
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile Mono<Void> result = Mono.empty();

        Mono<Void> onChange(Change<Long> change) throws Exception {
            calls.add(change.type() + " " + change.value());
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("not now");
            }
            gate.await();
            return result;
        }

        void onResult(List<Long> rows) {
            calls.add(rows);
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("not now");
            }
        }
    }

    @BeforeEach
    void aQueryOfOneColumn() {
        node.columns = List.of("n");
    }

    @AfterEach
    void close() {
        target.gate.countDown();
        listeners.close();
        template.close();
    }

    private void listen(String method, Class<?> parameter) throws Exception {
        listeners.add(
                ListenerMethod.of(target, Target.class, Target.class.getDeclaredMethod(method, parameter)),
                Statement.of("SELECT n FROM t"));
        listeners.start();
    }

    private static Row row(long n) {
        return Row.of(List.of("n"), n);
    }

    private void tell(SubscriptionEvent event) {
        node.events.tryEmitNext(event).orThrow();
    }

    private void begin(long... rows) {
        tell(new Columns(SUBSCRIPTION, List.of("n")));
        for (long n : rows) {
            tell(new RowSnapshot(n, row(n)));
        }
        tell(new EndOfQuery(10, Map.of()));
    }

    private void insert(long n, long changeId) {
        tell(new RowChange(SubscriptionEvent.Type.INSERT, n, row(n), null, changeId, null, 0, true));
    }

    private void expect(Object... calls) throws InterruptedException {
        for (Object call : calls) {
            assertThat(target.calls.poll(5, TimeUnit.SECONDS)).isEqualTo(call);
        }
    }

    @Test
    void aChangeThatFailsIsToldAgainBeforeTheNext(CapturedOutput output) throws Exception {
        target.failures.set(2);
        listen("onChange", Change.class);

        begin(1);
        insert(2, 11);

        expect("INSERT 1", "INSERT 1", "INSERT 1", "INSERT 2");
        assertThat(output.getOut())
                .contains("Target.onChange(Change) has failed 1 times", "has failed 2 times", "not now");
    }

    @Test
    void aResultThatFailsIsFollowedByTheLatest() throws Exception {
        Sinks.Many<List<Row>> results = Sinks.many().replay().latest();
        node.results = results;
        target.failures.set(1);
        listen("onResult", List.class);

        results.tryEmitNext(List.of(row(1))).orThrow();
        expect(List.of(1L), List.of(1L));
        results.tryEmitNext(List.of(row(1), row(2))).orThrow();
        expect(List.of(1L, 2L));
    }

    @Test
    void aPublisherThatFailsIsAFailedCall() throws Exception {
        target.result = Mono.defer(() -> {
            target.result = Mono.empty();
            return Mono.error(new IllegalStateException("later"));
        });
        listen("onChange", Change.class);

        begin(1);

        expect("INSERT 1", "INSERT 1");
    }

    @Test
    void aStreamThatBreaksGoesOnAfterTheLastChangeThatWasDone() throws Exception {
        listen("onChange", Change.class);
        begin(1);
        insert(2, 11);
        expect("INSERT 1", "INSERT 2");
        Sinks.Many<SubscriptionEvent> broken = node.events;
        node.events = Sinks.many().unicast().onBackpressureBuffer();

        broken.tryEmitError(new CorrosionException("the disk is slow")).orThrow();

        await().until(() -> node.subscribedWith.from() != null);
        assertThat(node.subscribedWith.from()).isEqualTo(new SubscriptionOptions.Position(SUBSCRIPTION, 11));
        tell(new Columns(SUBSCRIPTION, List.of("n")));
        insert(3, 12);
        expect("INSERT 3");
    }

    @Test
    void startsAnewAndSaysSoWhenItsPlaceIsLost(CapturedOutput output) throws Exception {
        listen("onChange", Change.class);
        begin(1);
        expect("INSERT 1");
        await().until(() -> node.events.currentSubscriberCount() == 1);
        Sinks.Many<SubscriptionEvent> broken = node.events;
        Sinks.Many<SubscriptionEvent> lost = Sinks.many().unicast().onBackpressureBuffer();
        node.events = lost;
        broken.tryEmitError(new CorrosionException("the disk is slow")).orThrow();
        await().until(() -> node.subscribedWith.from() != null);
        node.events = Sinks.many().unicast().onBackpressureBuffer();

        lost.tryEmitError(new SubscriptionLostException("too long ago")).orThrow();
        await().until(() -> node.subscribedWith.from() == null);
        begin(1, 2);

        expect("INSERT 1", "INSERT 2");
        assertThat(output.getOut()).contains("starts anew with the rows that are there");
    }

    @Test
    void aStopWaitsForTheCallThatRunsAndLetsNoOtherBegin() throws Exception {
        target.gate = new CountDownLatch(1);
        listen("onChange", Change.class);
        begin(1, 2);
        expect("INSERT 1");
        CountDownLatch stopped = new CountDownLatch(1);

        listeners.stop(stopped::countDown);
        assertThat(stopped.await(100, TimeUnit.MILLISECONDS)).isFalse();
        target.gate.countDown();

        assertThat(stopped.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(target.calls).isEmpty();
    }

    @Test
    void aStopDoesNotWaitForTheNextTry() throws Exception {
        target.failures.set(Integer.MAX_VALUE);
        listen("onChange", Change.class);
        begin(1);
        expect("INSERT 1", "INSERT 1");
        CountDownLatch stopped = new CountDownLatch(1);

        listeners.stop(stopped::countDown);

        assertThat(stopped.await(5, TimeUnit.SECONDS)).isTrue();
    }
}
