package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PropagationBenchmarkTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) throws Exception {
        return Benchmarks.run(
                Stream.concat(Stream.of("propagation"), Arrays.stream(arguments))
                        .toList(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private double figure(String name) {
        String line = out().lines()
                .filter(candidate -> candidate.startsWith(name + ": "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + name + " in:\n" + out()));
        return Double.parseDouble(line.substring(name.length() + 2).replaceFirst("[^0-9.].*", ""));
    }

    @Test
    void processesSeeEachOthersWrites() throws Exception {
        assertThat(run("--nodes", "3", "--writes", "40", "--warm-up", "1", "--idle", "1", "--saturation", "1"))
                .as(this::err)
                .isZero();

        assertThat(figure("undelivered")).isZero();
        for (String seen : List.of("readable", "pushed")) {
            assertThat(figure(seen + ".p50")).isPositive().isLessThanOrEqualTo(figure(seen + ".p99"));
            assertThat(figure(seen + ".everywhere.p50")).isGreaterThanOrEqualTo(figure(seen + ".p50"));
            assertThat(figure(seen + ".everywhere.max")).isEqualTo(figure(seen + ".max"));
        }
        assertThat(figure("saturation.committed")).isGreaterThanOrEqualTo(figure("saturation.applied"));
        for (String phase : List.of("paced", "idle", "saturation")) {
            assertThat(figure(phase + ".cpu")).isPositive();
            assertThat(figure(phase + ".heap")).isPositive();
        }
        for (Target target : Target.PROPAGATION) {
            assertThat(out()).containsPattern("(?m)^" + target.name() + ": .* \\(target .*: (met|missed)\\)$");
        }
    }

    @Test
    void aNodeThatDiesIsNamedWithWhatItSaid() throws Exception {
        assertThat(run("--nodes", "2", "--jvm", "-XX:NoSuchOption")).isEqualTo(1);

        assertThat(err()).contains("node 0", "has ended", "NoSuchOption");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nodes 1", "--writes 0", "--rate often", "--idle", "--fast yes"})
    void refusesArgumentsThatMeanNothing(String arguments) throws Exception {
        assertThat(run(arguments.split(" "))).isEqualTo(2);

        assertThat(err()).contains("--help");
        assertThat(out()).isEmpty();
    }
}
