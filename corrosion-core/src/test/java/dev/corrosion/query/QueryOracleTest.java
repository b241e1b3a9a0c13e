package dev.corrosion.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Followed queries against the same queries run again: what has been told of a result must always add up to it. A seed that
 * fails does so again with {@code -Dquery.seeds=SEED..SEED}, and is then added to {@code query/seeds.txt}.
 */
class QueryOracleTest {

    private static final int FIXED = 40;
    private static final int RANDOM = 20;

    /** Of a hundred queries, at least so many are of each tier, whatever the seeds. */
    private static final int LEAST_PERCENT = 5;

    private static final int MOST_PERCENT_REJECTED = 25;
    private static final int MOST_PERCENT_GIVEN_UP = 10;

    private static final int REJECTED = 0;
    private static final int GIVEN_UP = 9;

    private static LongStream seeds() {
        return Seeds.of("query", FIXED, RANDOM);
    }

    @Test
    void whatIsToldOfAResultAddsUpToTheQueryRunAgain() throws SQLException {
        Map<Integer, Integer> tiers = new TreeMap<>();
        for (long seed : seeds().toArray()) {
            try (OracleWorld world = new OracleWorld(seed)) {
                world.run();
                world.tiers().forEach((tier, count) -> tiers.merge(tier, count, Integer::sum));
            } catch (AssertionError e) {
                throw new AssertionError("query.seeds=" + seed + ".." + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.println("queries by tier (0: rejected by SQLite, 9: given up on the way): " + tiers);

        int queries = tiers.values().stream().mapToInt(Integer::intValue).sum();
        for (int tier = 1; tier <= 4; tier++) {
            assertThat(100 * tiers.getOrDefault(tier, 0)).as("tier %s", tier).isGreaterThan(LEAST_PERCENT * queries);
        }
        assertThat(100 * tiers.getOrDefault(REJECTED, 0)).isLessThan(MOST_PERCENT_REJECTED * queries);
        assertThat(100 * tiers.getOrDefault(GIVEN_UP, 0)).isLessThan(MOST_PERCENT_GIVEN_UP * queries);
    }
}
