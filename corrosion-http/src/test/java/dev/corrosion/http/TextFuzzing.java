package dev.corrosion.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The short run of a fuzz target for texts: its corpus, then so many mutations of it. {@code -Dfuzz.seed=N} repeats a run,
 * {@code -Dfuzz.seconds=N} makes a longer one.
 */
final class TextFuzzing {

    private static final Logger log = LoggerFactory.getLogger(TextFuzzing.class);

    private static final Path ROOT = Path.of("src", "test", "resources", "fuzz");
    private static final int MUTATIONS = 20_000;
    private static final int MAX_STEPS = 5;

    private TextFuzzing() {}

    /**
     * Gives a target all inputs.
     *
     * @param name of the corpus
     * @param pieces what is put into the inputs: that by which the reader decides
     * @param target throws what must not be
     */
    static void run(String name, List<String> pieces, Consumer<byte[]> target) throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(ROOT.resolve(name))) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                byte[] bytes = Files.readAllBytes(file);
                check(target, bytes, file.toString());
                corpus.add(bytes);
            }
        }
        assertThat(corpus).isNotEmpty();

        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        long seconds = Long.getLong("fuzz.seconds", 0L);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Random random = new Random(seed);
        long done = 0;
        while (done < MUTATIONS || (seconds > 0 && System.nanoTime() < end)) {
            check(target, mutated(random, corpus, pieces), "mutation " + done + " of -Dfuzz.seed=" + seed);
            done++;
        }
        log.info("{}: {} inputs, and {} mutations of -Dfuzz.seed={}", name, corpus.size(), done, seed);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever comes is what is looked for
    private static void check(Consumer<byte[]> target, byte[] input, String what) {
        try {
            target.accept(input);
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            throw new AssertionError(what + " fails: " + new String(input, StandardCharsets.ISO_8859_1), e);
        }
    }

    private static byte[] mutated(Random random, List<byte[]> corpus, List<String> pieces) {
        StringBuilder text = new StringBuilder(seed(random, corpus));
        for (int steps = 1 + random.nextInt(MAX_STEPS); steps > 0; steps--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, pieces.get(random.nextInt(pieces.size())));
                case 1 -> text.replace(at, to, pieces.get(random.nextInt(pieces.size())));
                case 2 -> text.delete(at, to);
                case 3 -> text.insert(at, seed(random, corpus));
                default -> text.setLength(at);
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String seed(Random random, List<byte[]> corpus) {
        return new String(corpus.get(random.nextInt(corpus.size())), StandardCharsets.ISO_8859_1);
    }
}
