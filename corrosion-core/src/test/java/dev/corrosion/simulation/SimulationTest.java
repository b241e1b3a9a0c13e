package dev.corrosion.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.query.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    static LongStream seeds() {
        return Seeds.of("simulation", FIXED, RANDOM);
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
