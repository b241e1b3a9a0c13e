package dev.corrosion.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeActivity.Latency;
import dev.corrosion.NodeActivity.Queue;
import dev.corrosion.NodeStatus;
import dev.corrosion.Timing;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What is well is for the caller to say. */
class HealthTests {

    private final Workers workers = new Workers(1);

    @AfterEach
    void close() {
        workers.close();
    }

    /** With 3 messages to be applied, and a lag of 1.5 s. */
    private static NodeStatus status() {
        NodeActivity none = NodeActivity.NONE;
        NodeActivity activity = new NodeActivity(
                none.sync(),
                none.storage(),
                List.of(new Queue("apply", 3, 0, 200, 1000), new Queue("writes", 70, 4096, 0, 0)),
                List.of(
                        latency(Timing.REPLICATION_PUSHED, 20),
                        latency(Timing.REPLICATION_FETCHED, 1500),
                        latency(Timing.COMMIT, 9000)),
                Map.of(),
                0,
                List.of(),
                Map.of());
        return new NodeStatus(
                new ActorId(new UUID(0, 1)),
                "node",
                new InetSocketAddress(1),
                Instant.EPOCH,
                Path.of("none"),
                0,
                "development",
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                activity,
                NodeStatus.Certificates.NONE);
    }

    private static Latency latency(Timing what, long millis) {
        Duration duration = Duration.ofMillis(millis);
        return new Latency(what, 1, duration, duration, duration);
    }

    private ApiResponse ask(Map<String, String> query) {
        Corrosion node = (Corrosion) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Corrosion.class}, (proxy, method, a) -> {
                    assertThat(method.getName()).isEqualTo("status");
                    return status();
                });
        return Objects.requireNonNull(
                new Health(node, workers).handle(new Get(query), Caller.TRUSTED).block());
    }

    private record Get(Map<String, String> query) implements ApiRequest {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/v1/health";
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }

        @Override
        public boolean isTrusted() {
            return true;
        }

        @Override
        public Mono<byte[]> body(long maxBytes) {
            return Mono.empty();
        }
    }

    @Test
    void lagAndQueueAreThoseOfWhatOthersWrote() {
        ApiResponse answer = ask(Map.of());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isInstanceOfSatisfying(ApiResponse.Content.class, content -> assertThat(
                        new String(content.bytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"response\":{\"gaps\":0,\"members\":0,\"p99_lag\":1.5,\"queue_size\":3}}"));
    }

    @Test
    void eachThresholdIsOneOfTheCallers() {
        assertThat(ask(Map.of("p99_lag", "1.5", "max_queue", "3")).status()).isEqualTo(200);
        assertThat(ask(Map.of("max_queue", "2")).status()).isEqualTo(503);
        assertThat(ask(Map.of("p99_lag", "1.4")).status()).isEqualTo(503);
        assertThat(ask(Map.of("p99_lag", "1.4", "failure_status", "429")).status())
                .isEqualTo(429);
    }

    @Test
    void aLagMayBeAFailureOnlyIfTheQueueIsLongToo() {
        assertThat(ask(Map.of("p99_lag", "1", "queue_size", "3")).status()).isEqualTo(200);
        assertThat(ask(Map.of("p99_lag", "1", "queue_size", "2")).status()).isEqualTo(503);
        assertThat(ask(Map.of("p99_lag", "2", "queue_size", "2")).status()).isEqualTo(200);
    }
}
