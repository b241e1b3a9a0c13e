package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreBenchmarkTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) throws Exception {
        return Benchmarks.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsAFigureOfEveryBenchmarkAndALineForEveryTarget() throws Exception {
        assertThat(run("store", "--rows", "50", "--rounds", "1", "--only", "writes,reads,merge,writers,heap"))
                .isZero();

        for (List<String> compared : List.of(TableBenchmark.writes(), TableBenchmark.reads())) {
            for (String name : compared) {
                assertThat(out()).containsPattern("(?m)^" + name + "\\.plain\\S*: \\d");
                assertThat(out()).containsPattern("(?m)^" + name + "\\.corrosion\\.ratio: x\\d");
            }
        }
        for (String name : MergeBenchmark.names()) {
            assertThat(out()).containsPattern("(?m)^" + name + "\\.corrosion\\.cpu: \\d");
        }
        for (String name : List.of("writers-1.full", "writers-8.full", "writers-1.normal", "writers-8.normal")) {
            assertThat(out()).containsPattern("(?m)^" + name + "\\.rate: \\d");
        }
        assertThat(out().lines().filter(line -> line.startsWith("heap.") && line.contains(".files:")))
                .hasSize(10);
        for (Target target : Target.STORE) {
            assertThat(out()).containsPattern("(?m)^" + target.name() + ": \\S+( us)? \\(target .*: (met|missed)\\)$");
        }
    }

    @Test
    void measuresOnlyWhatIsAskedFor() throws Exception {
        assertThat(run("store", "--rows", "50", "--rounds", "1", "--only", "delete-1000"))
                .isZero();

        assertThat(out()).contains("delete-1000.corrosion.ratio").doesNotContain("insert", "update", "merge", "heap");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "market",
                "store --only nothing",
                "store --rows many",
                "store --rounds 0",
                "store --rows",
                "store --fast yes",
                "store --crsqlite /no/such/file"
            })
    void refusesArgumentsThatMeanNothing(String arguments) throws Exception {
        assertThat(run(arguments.split(" "))).isEqualTo(2);

        assertThat(err()).contains("--help");
        assertThat(out()).isEmpty();
    }

    @Test
    void saysThatAFileIsNoExtension(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("crsqlite.so"), "not a library");

        assertThat(run("store", "--rows", "50", "--rounds", "1", "--crsqlite", file.toString()))
                .isEqualTo(2);

        assertThat(err()).contains("--crsqlite", file.toString(), "cannot load");
    }

    @Test
    void explainsItself() throws Exception {
        assertThat(run("--help")).isZero();

        assertThat(out()).contains("--crsqlite", "--only");
    }
}
