package dev.corrosion.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class StatementFuzzTests {

    private static final Logger log = LoggerFactory.getLogger(StatementFuzzTests.class);

    private static final Path CORPUS = Path.of("src", "test", "resources", "fuzz", "statements");
    private static final int MUTATIONS = 20_000;
    private static final int MAX_STEPS = 5;

    /** What the reader decides by, and what numbers, texts and depths end at. */
    private static final List<String> PIECES = List.of(
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "\"",
            "\\",
            "null",
            "true",
            "0",
            "-0",
            "255",
            "256",
            "1e400",
            "1e-400",
            "9223372036854775808",
            "9".repeat(1001),
            "[".repeat(101),
            "{\"a\":".repeat(101),
            "\"query\":",
            "\"params\":",
            "\"named_params\":",
            "\":a\":",
            "\"@a\":",
            "\"\":",
            "\\ud800",
            "\\u0000",
            "\u00ff",
            "\ufeff",
            "\0",
            "\n",
            "1.5");

    /** {@code -Dfuzz.seed=N} repeats a run, {@code -Dfuzz.seconds=N} makes a longer one. */
    @Test
    void aBodyIsStatementsOrRefusedAndTakesLittle() throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                byte[] bytes = Files.readAllBytes(file);
                check(bytes, file.toString());
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
            check(mutated(random, corpus), "mutation " + done + " of -Dfuzz.seed=" + seed);
            done++;
        }
        log.info("statements: {} inputs, and {} mutations of -Dfuzz.seed={}", corpus.size(), done, seed);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever comes is what is looked for
    private static void check(byte[] input, String what) {
        try {
            StatementFuzz.fuzzerTestOneInput(input);
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            throw new AssertionError(what + " fails: " + new String(input, StandardCharsets.ISO_8859_1), e);
        }
    }

    private static byte[] mutated(Random random, List<byte[]> corpus) {
        StringBuilder text = new StringBuilder(seed(random, corpus));
        for (int steps = 1 + random.nextInt(MAX_STEPS); steps > 0; steps--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
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

    @Test
    void moreParametersThanSqliteHasAreRefusedBeforeTheyAreKept() {
        String values = "1" + ",1".repeat(StatementReader.MAX_PARAMETERS);
        byte[] body = ("[\"SELECT 1\",[" + values + "]]").getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> StatementReader.one(body))
                .withMessageContaining("more than " + StatementReader.MAX_PARAMETERS + " parameters");
    }

    @Test
    void aValueThatIsTooDeepIsRefusedWithoutRecursion() {
        byte[] body = ("[\"SELECT ?\",[" + "[".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> StatementReader.one(body))
                .satisfies(e -> assertThat(e.status()).isEqualTo(ApiException.BAD_REQUEST));
    }
}
