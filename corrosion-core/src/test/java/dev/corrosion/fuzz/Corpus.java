package dev.corrosion.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The inputs that a fuzzer begins with: files in src/test/resources/fuzz/NAME. Those called {@code seed-*} are made by tests
 * from real messages, the others once broke something.
 */
public final class Corpus {

    private static final Path ROOT = Path.of("src", "test", "resources", "fuzz");

    private static final String SEED = "seed-";

    /** Set to make the seeds anew. */
    private static final String WRITE = "fuzz.writeCorpus";

    private Corpus() {}

    /** All of them, by the names of their files. */
    static Map<String, byte[]> read(String name) {
        Map<String, byte[]> inputs = new TreeMap<>();
        try (Stream<Path> files = Files.list(ROOT.resolve(name))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                inputs.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no corpus " + name + ": run the test with -D" + WRITE + "=true", e);
        }
        return inputs;
    }

    /** Makes the seeds of a corpus, if that is asked for. */
    static void update(String name, List<byte[]> seeds) {
        if (!Boolean.getBoolean(WRITE)) {
            return;
        }
        try {
            Path directory = Files.createDirectories(ROOT.resolve(name));
            for (String old : read(name).keySet()) {
                if (old.startsWith(SEED)) {
                    Files.delete(directory.resolve(old));
                }
            }
            for (int i = 0; i < seeds.size(); i++) {
                Files.write(directory.resolve(String.format("%s%02d", SEED, i)), seeds.get(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isSeed(String file) {
        return file.startsWith(SEED);
    }
}
