package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of real stores against the reference model: after every step the store is what the rules say, and
 * after everybody has heard everything all tables are the same.
 *
 * <p>{@code -Dcrdt.seeds=FROM..TO} runs other seeds, both included. A history that fails is made as short as possible
 * before it is shown.
 */
class RandomHistoriesTest {

    private static final String SEEDS = "crdt.seeds";
    private static final String DEFAULT_SEEDS = "1..30";

    /** Histories of nodes that have failed once, beyond the default. */
    private static final List<Long> FAILED_ONCE = List.of(49L, 53L);

    /** How often a failing history is run again to make it shorter. */
    private static final int MAX_SHRINKS = 300;

    private final Path directory;
    private int runs;

    RandomHistoriesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void storesFollowTheRulesAndConverge() throws IOException {
        runSeeds("stores", RandomHistory::run);
    }

    @Test
    void nodesFollowTheRulesAndConverge() throws IOException {
        runSeeds("nodes", NodeHistory::run);
    }

    @Test
    void nodesFollowTheRulesWhereTheyOnceDidNot() throws IOException {
        for (long seed : FAILED_ONCE) {
            runSeed(NodeHistory::run, seed);
        }
    }

    /** Runs a history on files in the directory; returns what went wrong and how it came to it, or null. */
    private interface History {
        @Nullable String run(long seed, List<Long> steps, Path directory);
    }

    private void runSeeds(String what, History history) throws IOException {
        String[] range = System.getProperty(SEEDS, DEFAULT_SEEDS).split("\\.\\.", -1);
        long from = Long.parseLong(range[0]);
        long to = Long.parseLong(range[range.length - 1]);
        System.out.printf("random histories of %s: -D%s=%d..%d%n", what, SEEDS, from, to);
        for (long seed = from; seed <= to; seed++) {
            runSeed(history, seed);
        }
    }

    private void runSeed(History history, long seed) throws IOException {
        List<Long> steps = RandomHistory.steps(seed);
        String failure = run(history, seed, steps);
        if (failure != null) {
            failure = shrink(history, seed, steps, failure);
        }
        assertThat(failure).as("-D%s=%d..%d", SEEDS, seed, seed).isNull();
    }

    private @Nullable String run(History history, long seed, List<Long> steps) throws IOException {
        Path files = Files.createDirectory(directory.resolve("run" + ++runs));
        try {
            return history.run(seed, steps, files);
        } finally {
            try (Stream<Path> all = Files.walk(files)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Leaves away ever smaller pieces as long as the rest still fails. */
    private String shrink(History history, long seed, List<Long> failing, String failure) throws IOException {
        List<Long> steps = failing;
        String shown = failure;
        int budget = MAX_SHRINKS;
        for (int piece = steps.size() / 2; piece > 0; piece /= 2) {
            for (int at = steps.size() - piece; at >= 0 && budget > 0; at -= piece) {
                List<Long> fewer = new ArrayList<>(steps);
                fewer.subList(at, at + piece).clear();
                budget--;
                String still = run(history, seed, fewer);
                if (still != null) {
                    steps = fewer;
                    shown = still;
                }
            }
        }
        return steps.size() + " of " + failing.size() + " steps are enough\n" + shown;
    }
}
