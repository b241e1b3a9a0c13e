package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tries to make deleted rows come back. {@code -Dtombstone.seeds=FROM..TO} chooses the seeds; {@code
 * -Dtombstone.steps=N} how long each runs.
 */
class TombstoneSimulationTest {

    private static final int STEPS = Integer.getInteger("tombstone.steps", 300);

    @Test
    void noDeletedRowComesBackAndAllCopiesAreEqual() throws SQLException {
        String[] seeds = System.getProperty("tombstone.seeds", "1..12").split("\\.\\.", 2);
        long collected = 0;
        long restarts = 0;
        for (long seed = Long.parseLong(seeds[0]); seed <= Long.parseLong(seeds[1]); seed++) {
            try (TombstoneWorld world = new TombstoneWorld(seed, TombstoneWorld.Fault.NONE)) {
                world.run(STEPS);
                List<List<String>> results = world.results();
                assertThat(results)
                        .as("seed %d of %s", seed, world.log)
                        .allMatch(rows -> rows.equals(results.get(results.size() - 1)));
                collected += world.collected;
                restarts += world.restarts;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        System.out.printf("collected %d tombstones, %d nodes started anew%n", collected, restarts);
        assertThat(collected).as("something must have been collected").isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = TombstoneWorld.Fault.class,
            names = {"NO_FLOOR", "STALE_SERVED"})
    void findsAViolationIfTheRuleIsBroken(TombstoneWorld.Fault fault) throws SQLException {
        assertThat(firstViolation(fault))
                .as("no seed shows that the rule is broken")
                .isPositive();
    }

    private static long firstViolation(TombstoneWorld.Fault fault) throws SQLException {
        for (long seed = 1; seed <= 60; seed++) {
            try (TombstoneWorld world = new TombstoneWorld(seed, fault)) {
                world.run(STEPS);
                List<List<String>> results = world.results();
                if (!results.stream().allMatch(results.get(0)::equals)) {
                    System.out.printf("%s: copies differ with seed %d%n", fault, seed);
                    return seed;
                }
            }
        }
        return 0;
    }
}
