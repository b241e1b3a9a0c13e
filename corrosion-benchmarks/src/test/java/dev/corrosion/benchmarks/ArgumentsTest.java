package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

    @Test
    void whatIsNotGivenIsAsItIsByDefault() {
        assertThat(DiscoveryBenchmarkOptions.parse(List.of())).isEqualTo(DiscoveryBenchmarkOptions.DEFAULTS);
        assertThat(PropagationOptions.parse(List.of())).isEqualTo(PropagationOptions.DEFAULTS);
        assertThat(RollingOptions.parse(List.of())).isEqualTo(RollingOptions.DEFAULTS);
        assertThat(SimulateOptions.parse(List.of("--nodes", "7")).changes()).isEqualTo(7);
    }

    @Test
    void optionsAreReadInAnyOrder() {
        DiscoveryBenchmarkOptions options =
                DiscoveryBenchmarkOptions.parse(List.of("--jvm", " -Xmx1g  -Da=b ", "--nodes", "3"));
        assertThat(options.nodes()).isEqualTo(3);
        assertThat(options.jvm()).containsExactly("-Xmx1g", "-Da=b");
        assertThat(SubscriptionOptions.parse(List.of("--counts", "5,6")).counts())
                .containsExactly(5, 6);
        assertThat(StoreOptions.parse(List.of("--only", "heap")).only()).containsExactly("heap");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nodes 1 | --nodes must be from 2 to 50",
                "--nodes x | --nodes needs a number, not x",
                "--nodes | --nodes needs a value",
                "--speed 9 | there is no option --speed",
            })
    void whatMakesNoSenseIsSaid(String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> DiscoveryBenchmarkOptions.parse(List.of(line.split(" ", -1))))
                .withMessage(message);
    }
}
