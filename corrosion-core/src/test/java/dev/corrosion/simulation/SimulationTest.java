package dev.corrosion.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole nodes in worlds from seeds. Each run prints its seed; one that fails does so again with {@code
 * -Dsimulation.seeds=SEED..SEED}, on any machine, and is then added to {@code simulation/seeds.txt}.
 */
@ExtendWith(Quiet.class)
class SimulationTest {

    private static final int FIXED = 30;
    private static final int RANDOM = 15;

    private final Path directory;

    SimulationTest(@TempDir(factory = Memory.class) Path directory) {
        this.directory = directory;
    }

    /** {@code -Dsimulation.seeds=FROM..TO}; else those that failed once, the first few, and some new ones. */
    static LongStream seeds() {
        String range = System.getProperty("simulation.seeds", "");
        if (!range.isEmpty()) {
            int dots = range.indexOf("..");
            return LongStream.rangeClosed(
                    Long.parseLong(range.substring(0, dots)), Long.parseLong(range.substring(dots + 2)));
        }
        LongStream random = new SecureRandom().longs(RANDOM, 1, 1_000_000_000);
        return LongStream.concat(LongStream.concat(kept(), LongStream.rangeClosed(1, FIXED)), random);
    }

    private static LongStream kept() {
        try (InputStream seeds = SimulationTest.class.getResourceAsStream("/simulation/seeds.txt")) {
            String text = new String(Objects.requireNonNull(seeds).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .mapToLong(Long::parseLong);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nodesAgreeWhateverHappens(long seed) {
        System.out.println("simulation: " + new Scenario(seed).run(directory, null));
    }

    @Test
    void oneSeedIsOneHistory() throws IOException {
        long seed = 17;
        List<String> hashes = LongStream.rangeClosed(1, 2)
                .mapToObj(run ->
                        new Scenario(seed).run(subdirectory("run" + run), null).hash())
                .toList();

        assertThat(hashes.get(1)).isEqualTo(hashes.get(0));
    }

    private Path subdirectory(String name) {
        try {
            return Files.createDirectory(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
