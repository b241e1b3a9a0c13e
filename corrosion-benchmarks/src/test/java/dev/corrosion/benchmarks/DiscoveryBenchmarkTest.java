package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DiscoveryBenchmarkTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) throws Exception {
        return Benchmarks.run(
                Stream.concat(Stream.of("discovery"), Arrays.stream(arguments)).toList(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void instancesOfOtherProcessesComeAndGo() throws Exception {
        assertThat(run("--nodes", "3", "--rounds", "6", "--kills", "1", "--instances", "300", "--idle", "1"))
                .as(() -> err.toString(StandardCharsets.UTF_8))
                .isZero();

        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(printed)
                .contains("registration-to-visible.samples: 12")
                .contains("stop-to-invisible.samples: 12")
                .contains("kill-to-invisible.samples: 2")
                .contains("instances: 100 on each of 3 nodes")
                .contains("lookup.instances: 3 in each answer");
        for (Target target : Target.DISCOVERY) {
            assertThat(printed)
                    .containsPattern(
                            "(?m)^" + target.name().replace(".", "\\.") + ": .* \\(target .*: (met|missed)\\)$");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nodes 1", "--rounds 0", "--instances 1", "--idle", "--fast yes", "--kills some"})
    void refusesArgumentsThatMeanNothing(String arguments) throws Exception {
        assertThat(run(arguments.split(" "))).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--help");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
