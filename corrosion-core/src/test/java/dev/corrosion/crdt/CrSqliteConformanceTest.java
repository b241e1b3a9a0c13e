package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Replays what the original extension did, step by step, on real files: contents of every table, every change with all
 * of its fields, versions, impact and outcome.
 *
 * <p>{@code -Dconformance.dir=DIR} replays the files of another folder. Each line of a file counts as one vector, those
 * of the packing table too, which have no steps. What a vector leaves open is said by {@link Leniency}. Vectors that were
 * recorded without {@code recursive_triggers} are skipped: every connection here has them on, and what REPLACE does
 * follows from it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrSqliteConformanceTest {

    private int vectors;
    private int steps;
    private int skipped;
    private int equalWrites;
    private final List<String> mismatches = new ArrayList<>();

    @AfterAll
    void report() {
        System.out.printf(
                "conformance: %d vectors, %d steps, %d mismatches, %d skipped%n",
                vectors, steps, mismatches.size(), skipped);
        System.out.printf(
                "conformance skipped: recursive_triggers 0: %d; merge_equal_values 0: 0"
                        + " (%d replayed, the origin of equal writes left open)%n",
                skipped, equalWrites);
    }

    @Test
    void behavesAsTheOriginalInTheDirectedCases(@TempDir Path directory) {
        replayAll("directed.jsonl", directory);
    }

    @Test
    void behavesAsTheOriginalInTheRandomHistories(@TempDir Path directory) {
        replayAll("random.jsonl.gz", directory);
    }

    @Test
    void packsAndUnpacksKeysAsTheOriginal() {
        int before = mismatches.size();
        Vectors.read("packing.jsonl", line -> {
            vectors++;
            if (line.has("repeat")) {
                packRepeated(line);
            } else {
                pack(line);
            }
        });
        assertThat(mismatches.subList(before, mismatches.size())).isEmpty();
    }

    private void pack(JsonNode line) {
        List<@Nullable Object> values = Vectors.values(line.get("values"));
        String packed = line.get("packed").stringValue();
        expect("packed " + line, packed, HexFormat.of().formatHex(PackedKey.pack(values)));
        expect(
                "unpacked " + line,
                SiteState.row(values),
                SiteState.row(PackedKey.unpack(HexFormat.of().parseHex(packed))));
    }

    private void packRepeated(JsonNode line) {
        String text = line.get("repeat")
                .get(0)
                .stringValue()
                .repeat(line.get("repeat").get(1).intValue());
        byte[] packed = PackedKey.pack(List.of(text));
        expect("length of " + line, line.get("packed_length").intValue(), packed.length);
        expect(
                "beginning of " + line,
                line.get("packed_prefix").stringValue(),
                HexFormat.of().formatHex(Arrays.copyOf(packed, 8)));
        expect("unpacked " + line, true, PackedKey.unpack(packed).equals(List.of(text)));
    }

    private void replayAll(String file, Path directory) {
        int before = mismatches.size();
        Vectors.read(file, vector -> {
            vectors++;
            if (vector.get("config").get("recursive_triggers").intValue() != 1) {
                skipped++;
                return;
            }
            if (vector.get("config").get("merge_equal_values").intValue() == 0) {
                equalWrites++;
            }
            try (ConformanceRun run = new ConformanceRun(vector, directory)) {
                mismatches.addAll(run.replay());
                steps += run.steps();
            }
        });
        assertThat(mismatches.subList(before, mismatches.size())).isEmpty();
    }

    private void expect(String where, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            mismatches.add(where + "\n    expected " + expected + "\n    but was  " + actual);
        }
    }
}
