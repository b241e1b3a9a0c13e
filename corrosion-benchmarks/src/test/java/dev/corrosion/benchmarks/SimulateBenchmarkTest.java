package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.broadcast.BroadcastOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateBenchmarkTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void withoutFaultsEverybodyGetsEverythingAlmostOnce(long seed) {
        DeliveryRecord record = new SimulatedCluster(
                        new SimulateOptions(300, "19", 0, 0, 0, seed, 300, -1), BroadcastOptions.DEFAULT)
                .run();
        assertThat(record.undelivered().values()).containsOnly(0L);
        assertThat(record.changes()).isEqualTo(300);
        assertThat(record.redundancy()).isBetween(0.0, 0.13);
        double[] latencies = record.latencies();
        assertThat(SimulateBenchmark.quantile(latencies, 0.99, 300)).isLessThan(150);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void withLossAndCrashesRepairReachesEverybodyWhoLives(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(
                new SimulateOptions(300, "19", 0.02, 3, 3, seed, 300, -1), BroadcastOptions.DEFAULT);
        DeliveryRecord record = cluster.run();
        assertThat(record.undelivered().get(DeliveryRecord.Reason.UNEXPLAINED)).isLessThan(100);
        assertThat(record.redundancy()).isLessThan(0.15);
        cluster.repair();
        assertThat(record.undelivered().values()).containsOnly(0L);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(report("--nodes", "60", "--loss", "0.05", "--seed", "7"))
                .isEqualTo(report("--nodes", "60", "--loss", "0.05", "--seed", "7"))
                .contains("rmr: ")
                .contains("full-cluster p99 ms: ");
    }

    @Test
    void whatCannotBeSimulatedIsNamed() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> SimulateOptions.parse(List.of("--loss", "2")))
                .withMessageContaining("--loss");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> WorldMap.load("7"))
                .withMessageContaining("no map of 7 regions");
    }

    private static String report(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new SimulateBenchmark(SimulateOptions.parse(List.of(arguments)), new Report(out)).run();
        return bytes.toString(StandardCharsets.UTF_8).replaceAll("(cpu|wall) time.*", "");
    }
}
