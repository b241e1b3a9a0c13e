package dev.corrosion.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The short run of a fuzz target in every build: its corpus, then so many mutations of it. {@code -Dfuzz.seed=N} repeats one
 * that failed, {@code -Dfuzz.seconds=N} goes on for so long. The long runs that follow the coverage are Jazzer's: the profile
 * {@code fuzz}.
 */
public final class Fuzzing {

    private static final Logger log = LoggerFactory.getLogger(Fuzzing.class);

    private static final int MUTATIONS = 20_000;

    /** Bytes of a failing input that are shown; all of it is in the file. */
    private static final int SHOWN = 64;

    private Fuzzing() {}

    /**
     * Gives a target all inputs.
     *
     * @param name of the corpus
     * @param seeds what the seeds of the corpus should be
     * @param target throws what must not be
     */
    public static void run(String name, List<byte[]> seeds, Consumer<byte[]> target) {
        Corpus.update(name, seeds);
        Map<String, byte[]> corpus = Corpus.read(name);
        requireCurrent(name, corpus, seeds);
        corpus.forEach((file, bytes) -> check(name, "the file " + file + " of the corpus", target, bytes));

        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        Mutator mutator = new Mutator(new Random(seed), List.copyOf(corpus.values()));
        long seconds = Long.getLong("fuzz.seconds", 0L);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long done = 0;
        while (done < MUTATIONS || (seconds > 0 && System.nanoTime() < end)) {
            check(name, "mutation " + done + " of -Dfuzz.seed=" + seed, target, mutator.next());
            done++;
        }
        log.info("{}: {} inputs, and {} mutations of -Dfuzz.seed={}", name, corpus.size(), done, seed);
    }

    /** A corpus of what is not spoken any more would test little. */
    private static void requireCurrent(String name, Map<String, byte[]> corpus, List<byte[]> seeds) {
        List<byte[]> kept = corpus.entrySet().stream()
                .filter(entry -> Corpus.isSeed(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (!Arrays.deepEquals(kept.toArray(), seeds.toArray())) {
            throw new AssertionError(
                    "the messages have changed: make the corpus " + name + " anew with -Dfuzz.writeCorpus=true");
        }
    }

    @SuppressWarnings("CatchingUnchecked") // whatever comes is what is looked for
    private static void check(String name, String what, Consumer<byte[]> target, byte[] input) {
        byte[] given = input.clone();
        try {
            target.accept(given);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
            throw new AssertionError(
                    name + " fails at " + what + ", kept in " + keep(name, input) + ": "
                            + HexFormat.of().formatHex(input, 0, Math.min(SHOWN, input.length)),
                    e);
        }
    }

    private static Path keep(String name, byte[] input) {
        try {
            Path directory = Files.createDirectories(Path.of("target", "fuzz"));
            return Files.write(directory.resolve(name + "-" + Integer.toHexString(Arrays.hashCode(input))), input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
