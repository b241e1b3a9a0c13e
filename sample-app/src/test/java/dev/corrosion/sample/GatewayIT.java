package dev.corrosion.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls that go through Spring Cloud Gateway to orders, and from there by OpenFeign and a load-balanced WebClient to stock.
 * Real processes; one of stock is killed. Beside orders as it is shipped, there is one that does not try again.
 */
@NullUnmarked
class GatewayIT {

    private static final String SECRET = "a secret for the gateway test";
    private static final String ORDER = "{\"item\": \"tea\", \"quantity\": 1}";
    private static final int INTERVAL_MILLIS = 40;
    private static final int WARM_UP_CALLS = 250;
    private static final int MAX_WAITING = 3;

    /** What membership documents for a crash, and then some for a machine that does other things, too. */
    private static final Duration DETECTION = Duration.ofSeconds(12);

    @TempDir
    static Path directory;

    private static final List<SampleNode> nodes = new ArrayList<>();
    private static SampleNode gateway;
    private static SampleNode victim;

    /** One call and what came of it. */
    private record Call(long sentNanos, CompletableFuture<Integer> status) {

        boolean failed() {
            return status.isCompletedExceptionally() || status.join() != 200;
        }
    }

    @BeforeAll
    static void start() {
        gateway = SampleNode.start(directory, "gateway", "gateway", SECRET, List.of())
                .ready();
        nodes.add(gateway);
        List<String> bootstrap = List.of(gateway.clusterAddress());
        List<SampleNode.Starting> starting = List.of(
                SampleNode.start(directory, "stock-1", "stock", SECRET, bootstrap),
                SampleNode.start(directory, "stock-2", "stock", SECRET, bootstrap),
                SampleNode.start(directory, "orders-1", "orders", SECRET, bootstrap),
                SampleNode.start(
                        directory,
                        "plain-1",
                        "orders",
                        SECRET,
                        bootstrap,
                        "--spring.application.name=plain",
                        "--spring.cloud.loadbalancer.retry.enabled=false"));
        starting.forEach(node -> nodes.add(node.ready()));
        victim = nodes.get(2);
        for (SampleNode node : nodes) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> node.get("/api/services").path("stock").size() == 2);
        }
        nodes.get(1).put("/stock/tea/deliveries/enough", "{\"quantity\": 1000000}");
        // The routes of the discovery locator follow the services.
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("/plain/orders") == 200);
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("/orders") == 200);
    }

    @AfterAll
    static void stop() {
        nodes.forEach(SampleNode::close);
    }

    @Test
    void whenAStockProcessIsKilledCallsFailOnlyUntilThatIsKnownAndNoneOfThoseThatAreTriedAgain() throws Exception {
        AtomicBoolean go = new AtomicBoolean(true);
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
        List<Call> tried = new ArrayList<>();
        List<Call> plain = new ArrayList<>();
        List<Runnable> calls = List.of(
                () -> call(go, tried, () -> gateway.statusOfPut("/orders/" + UUID.randomUUID(), ORDER)),
                () -> call(go, tried, () -> gateway.statusOfGet("/orders/availability/tea")),
                () -> call(go, plain, () -> gateway.statusOfPut("/plain/orders/" + UUID.randomUUID(), ORDER)));
        List<ScheduledFuture<?>> running = calls.stream()
                .<ScheduledFuture<?>>map(
                        call -> clock.scheduleAtFixedRate(call, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS))
                .toList();
        await().atMost(Duration.ofSeconds(60)).until(() -> isWarm(tried) && isWarm(plain));

        long killed = System.nanoTime();
        victim.kill();

        await().pollDelay(DETECTION.plusSeconds(2))
                .atMost(DETECTION.multipliedBy(2))
                .until(() -> true);
        go.set(false);
        assertThat(running).noneMatch(ScheduledFuture::isDone); // one that had thrown would be
        clock.shutdown();
        assertThat(clock.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        tried.forEach(call -> call.status().exceptionally(e -> -1).join());
        plain.forEach(call -> call.status().exceptionally(e -> -1).join());
        List<Double> failures = plain.stream()
                .filter(Call::failed)
                .map(call -> (call.sentNanos() - killed) / 1e9)
                .toList();
        System.out.printf(
                "kill -9: of %d calls that are tried again %d failed, of %d that are not %d, between %.1f and %.1f s%n",
                tried.size(),
                tried.stream().filter(Call::failed).count(),
                plain.size(),
                failures.size(),
                failures.stream().mapToDouble(s -> s).min().orElse(Double.NaN),
                failures.stream().mapToDouble(s -> s).max().orElse(Double.NaN));
        assertThat(tried.stream().filter(Call::failed)).isEmpty();
        assertThat(failures).isNotEmpty().allSatisfy(seconds -> assertThat(seconds)
                .isBetween(-1.0, DETECTION.toSeconds() * 1.0)); // one may have been on its way at the kill
    }

    /** Whether processes that have just started keep up by now: else calls from long ago are on their way at the kill. */
    private static boolean isWarm(List<Call> calls) {
        synchronized (calls) {
            long waiting =
                    calls.stream().filter(call -> !call.status().isDone()).count();
            return calls.size() > WARM_UP_CALLS && waiting <= MAX_WAITING;
        }
    }

    private static void call(AtomicBoolean go, List<Call> calls, Supplier<CompletableFuture<Integer>> request) {
        if (go.get()) {
            Call call = new Call(System.nanoTime(), request.get());
            synchronized (calls) {
                calls.add(call);
            }
        }
    }
}
