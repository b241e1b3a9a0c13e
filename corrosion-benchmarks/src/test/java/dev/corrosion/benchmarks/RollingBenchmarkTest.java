package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RollingBenchmarkTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) throws Exception {
        return Benchmarks.run(
                Stream.concat(Stream.of("rolling"), Arrays.stream(arguments)).toList(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void noCallFailsWhileAServerOfAnotherProcessIsStoppedAndStartedAgain() throws Exception {
        assertThat(run(
                        "--servers",
                        "2",
                        "--callers",
                        "blocking",
                        "--rate",
                        "100",
                        "--restarts",
                        "1",
                        "--kills",
                        "0",
                        "--steady",
                        "1"))
                .as(() -> err.toString(StandardCharsets.UTF_8))
                .isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("(?m)^blocking.restart.calls: [1-9]\\d{2,}, failed 0;")
                .contains("blocking.restart: 0 (target 0: met)");
    }

    @Test
    void callsThatFailAreCountedByKindAndByWhenTheyWereBegun() throws Exception {
        RollingCalls calls = new RollingCalls(
                Mono.error(new IllegalStateException(new ConnectException("refused"))), Schedulers.immediate(), 1000);
        long before = System.nanoTime();
        calls.begin();
        RollingResult result = RollingResult.parse(calls.end(1000).toLine());

        assertThat(result.calls()).isPositive();
        assertThat(result.kinds()).containsOnlyKeys("ConnectException").containsValue((long) result.calls());
        assertThat(result.begunAfter(before)).isEqualTo(result.calls());
        assertThat(result.begunAfter(System.nanoTime())).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--servers 1", "--rate 0", "--callers telnet", "--kills", "--fast yes", "--steady some"})
    void refusesArgumentsThatMeanNothing(String arguments) throws Exception {
        assertThat(run(arguments.split(" "))).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--help");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
