package dev.corrosion.discovery.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.discovery.FakeCluster;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

@NullUnmarked
class ForeignRegistryTests {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Clock clock = new VirtualClock();
    private CheckStatus answer = CheckStatus.PASSING;
    private FakeCluster cluster;
    private Corrosion node;
    private ForeignRegistry registry;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster();
        node = cluster.join(1, START);
        registry = registry(node);
    }

    @AfterEach
    void stop() throws Exception {
        registry.stop();
        time.dispose();
        cluster.close();
    }

    @Test
    void anInstanceThatReportsStaysAndOneThatDoesNotIsCriticalWhenItsTimeIsUp() {
        registry.register(service("web", ttl("web:ttl", null)));
        assertThat(status("web:ttl")).isEqualTo("CRITICAL");
        assertThat(registry.report("web:ttl", CheckStatus.PASSING, "fine")).isTrue();
        assertThat(status("web:ttl")).isEqualTo("PASSING");
        time.advanceTimeBy(TTL.minusMillis(1));
        assertThat(registry.report("web:ttl", CheckStatus.PASSING, "fine")).isTrue();
        time.advanceTimeBy(TTL.minusMillis(1));
        assertThat(status("web:ttl")).isEqualTo("PASSING");
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(status("web:ttl")).isEqualTo("CRITICAL");
        assertThat(registry.report("unknown", CheckStatus.PASSING, "")).isFalse();
    }

    @Test
    void resultsThatSayTheSameAgainWriteNothing() {
        registry.register(service("web", ttl("web:ttl", null), http("web:http", null)));
        registry.report("web:ttl", CheckStatus.PASSING, "fine");
        time.advanceTimeBy(Duration.ofSeconds(2));
        long before = version();
        for (int i = 0; i < 100; i++) {
            registry.report("web:ttl", CheckStatus.PASSING, "fine " + i);
            time.advanceTimeBy(Duration.ofSeconds(1));
        }
        assertThat(version()).isEqualTo(before);
    }

    @Test
    void aProbedInstanceFollowsItsAnswers() {
        registry.register(service("web", http("web:http", null)));
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(status("web:http")).isEqualTo("PASSING");
        answer = CheckStatus.CRITICAL;
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(status("web:http")).isEqualTo("CRITICAL");
        assertThat(column("SELECT output FROM checks")).containsExactly("answered CRITICAL");
        assertThatIllegalStateException()
                .isThrownBy(() -> registry.report("web:http", CheckStatus.PASSING, ""))
                .withMessageContaining("only those with a TTL");
    }

    @Test
    void whatIsCriticalForTooLongIsRemoved() {
        registry.register(service("a", ttl("a:ttl", PATIENCE)));
        registry.register(service("b", http("b:http", PATIENCE)));
        registry.report("a:ttl", CheckStatus.PASSING, "");
        answer = CheckStatus.CRITICAL;
        time.advanceTimeBy(PATIENCE.minusSeconds(5));
        assertThat(instances()).containsExactly("a@00000000", "b@00000000");
        time.advanceTimeBy(Duration.ofSeconds(7));
        assertThat(instances()).containsExactly("a@00000000");
        time.advanceTimeBy(TTL);
        assertThat(instances()).isEmpty();
        assertThat(cluster.query(Statement.of("SELECT * FROM checks"))).isEmpty();
        assertThat(registry.services()).isEmpty();
    }

    @Test
    void aRestartTakesUpWhatWasRegisteredAndHowItIsChecked() {
        ForeignService service = service("web", ttl("web:ttl", PATIENCE), http("web:http", null), tcp("web:tcp"));
        registry.register(service);
        registry.register(service("out", ttl("out:ttl", null)));
        registry.maintenance("out", true);
        registry.report("web:ttl", CheckStatus.PASSING, "");
        registry.stop();
        node = cluster.join(1, START.plusSeconds(60));
        registry = registry(node);
        assertThat(registry.services())
                .extracting(ForeignService::id, ForeignService::maintenance)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("out", true),
                        org.assertj.core.groups.Tuple.tuple("web", false));
        ForeignService again = registry.services().get(1);
        assertThat(again.address()).isEqualTo(service.address());
        assertThat(again.checks())
                .extracting(ServiceCheck::kind)
                .containsExactlyInAnyOrderElementsOf(
                        service.checks().stream().map(ServiceCheck::kind).toList());
        assertThat(cluster.query(Statement.of("SELECT DISTINCT node_started FROM services")))
                .singleElement()
                .satisfies(row ->
                        assertThat(row.get(0)).isEqualTo(START.plusSeconds(60).toEpochMilli()));
        assertThat(status("web:ttl")).isEqualTo("PASSING");
        time.advanceTimeBy(TTL);
        assertThat(status("web:ttl")).isEqualTo("CRITICAL");
    }

    @Test
    void maintenanceTakesAnInstanceOutAndChecksDoNotPutItBack() {
        registry.register(service("web", ttl("web:ttl", null)));
        registry.report("web:ttl", CheckStatus.PASSING, "");
        assertThat(registry.maintenance("web", true)).isTrue();
        registry.report("web:ttl", CheckStatus.WARNING, "");
        assertThat(column("SELECT status FROM services")).containsExactly("OUT_OF_SERVICE");
        assertThat(status("web:ttl")).isEqualTo("WARNING");
        registry.maintenance("web", false);
        assertThat(column("SELECT status FROM services")).containsExactly("UP");
        assertThat(status("web:ttl")).isEqualTo("WARNING");
        assertThat(registry.maintenance("other", true)).isFalse();
    }

    @Test
    void registeringAgainReplacesTheInstanceAndItsChecks() {
        registry.register(service("web", ttl("old", null)));
        registry.register(service("web", ttl("new", null)));
        assertThat(column("SELECT check_id FROM checks")).containsExactly("new");
        assertThat(registry.report("old", CheckStatus.PASSING, "")).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> registry.register(service("other", ttl("new", null))))
                .withMessageContaining("belongs to the service web");
        assertThat(registry.deregister("web")).isTrue();
        assertThat(registry.deregister("web")).isFalse();
        assertThat(instances()).isEmpty();
    }

    private ForeignRegistry registry(Corrosion node) {
        Prober prober = new Prober() {
            @Override
            CompletableFuture<Result> probe(CheckKind kind) {
                return CompletableFuture.completedFuture(new Result(answer, "answered " + answer));
            }
        };
        ForeignRegistry made = new ForeignRegistry(node, prober, time, clock, new Random(1));
        made.start();
        return made;
    }

    private static ForeignService service(String id, ServiceCheck... checks) {
        return new ForeignService(
                id,
                "shop",
                "default",
                new ForeignService.Address(
                        "10.0.0.1", 80, "http", "z1", 2, List.of("blue", "a,b"), Map.of("version", "1.0")),
                false,
                List.of(checks));
    }

    private static ServiceCheck ttl(String id, Duration deregisterAfter) {
        return new ServiceCheck(id, new CheckKind.Ttl(TTL), CheckStatus.CRITICAL, deregisterAfter);
    }

    private static ServiceCheck http(String id, Duration deregisterAfter) {
        Duration interval = Duration.ofSeconds(1);
        return new ServiceCheck(
                id,
                new CheckKind.Http(
                        URI.create("http://10.0.0.1/health?q=%22x%22"),
                        "GET",
                        Map.of("X-A", "\"b\""),
                        interval,
                        interval),
                CheckStatus.CRITICAL,
                deregisterAfter);
    }

    private static ServiceCheck tcp(String id) {
        return new ServiceCheck(
                id,
                new CheckKind.Tcp("::1", 80, Duration.ofSeconds(2), Duration.ofSeconds(1)),
                CheckStatus.CRITICAL,
                null);
    }

    private String status(String check) {
        return cluster.query(Statement.of("SELECT status FROM checks WHERE check_id = ?", check))
                .get(0)
                .getString("status");
    }

    private List<String> instances() {
        return column("SELECT instance_id FROM services ORDER BY instance_id");
    }

    private List<String> column(String sql) {
        return cluster.query(Statement.of(sql)).stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    private long version() {
        return (Long)
                cluster.query(Statement.of("SELECT total_changes()")).get(0).get(0);
    }

    private final class VirtualClock extends Clock {

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return START.plusMillis(time.now(java.util.concurrent.TimeUnit.MILLISECONDS));
        }
    }
}
