package dev.corrosion.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.stream.LongStream;

/** Which seeds a test runs. */
public final class Seeds {

    private static final long MAX_RANDOM = 1_000_000_000;

    private Seeds() {}

    /**
     * {@code -DNAME.seeds=FROM..TO}; else those that failed once, which are in {@code /NAME/seeds.txt}, the first few, and
     * some new ones.
     *
     * @param fixed how many of the first
     * @param random how many new ones
     */
    public static LongStream of(String name, int fixed, int random) {
        String range = System.getProperty(name + ".seeds", "");
        if (!range.isEmpty()) {
            int dots = range.indexOf("..");
            return LongStream.rangeClosed(
                    Long.parseLong(range.substring(0, dots)), Long.parseLong(range.substring(dots + 2)));
        }
        LongStream known = LongStream.concat(kept(name), LongStream.rangeClosed(1, fixed));
        return LongStream.concat(known, new SecureRandom().longs(random, 1, MAX_RANDOM))
                .distinct();
    }

    private static LongStream kept(String name) {
        try (InputStream seeds = Seeds.class.getResourceAsStream("/" + name + "/seeds.txt")) {
            String text = new String(Objects.requireNonNull(seeds).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .mapToLong(Long::parseLong);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
