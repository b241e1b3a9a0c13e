package dev.corrosion.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.query.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Subscriptions of whole nodes against the same queries run again: what subscribers have been told must always add up to
 * them. A seed that fails does so again with {@code -Dsubscription.seeds=SEED..SEED}, and is then added to {@code
 * subscription/seeds.txt}.
 */
@ExtendWith(Quiet.class)
class SubscriptionOracleTest {

    private static final int FIXED = 40;
    private static final int RANDOM = 20;

    /** One in which much is told. */
    private static final long SABOTAGED = 2;

    /** Of those that can be made wrong. */
    private static final int SABOTAGED_EVENT = 5;

    private static LongStream seeds() {
        return Seeds.of("subscription", FIXED, RANDOM);
    }

    @Test
    void whatSubscribersAreToldAddsUpToTheQueryRunAgain(@TempDir(factory = Memory.class) Path directory)
            throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        Map<Long, String> failures = new TreeMap<>();
        for (long seed : seeds().toArray()) {
            Path own = Files.createDirectory(directory.resolve("seed" + seed));
            try (SubscriptionOracle oracle = new SubscriptionOracle(seed, own, Sabotage.NONE)) {
                oracle.run();
                oracle.counts().forEach((what, count) -> counts.merge(what, count, Integer::sum));
            } catch (AssertionError e) {
                System.out.println("subscription.seeds=" + seed + ".." + seed + " fails: " + e.getMessage());
                failures.put(
                        seed, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
            delete(own);
        }
        System.out.println("subscription oracle: " + counts);
        assertThat(failures).isEmpty();
    }

    @Test
    void oneSeedIsOneHistory(@TempDir(factory = Memory.class) Path directory) throws IOException {
        List<String> hashes = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Path own = Files.createDirectory(directory.resolve("run" + run));
            try (SubscriptionOracle oracle = new SubscriptionOracle(SABOTAGED, own, Sabotage.NONE)) {
                oracle.run();
                hashes.add(oracle.hash() + oracle.counts());
            }
        }
        assertThat(hashes.get(1)).isEqualTo(hashes.get(0));
    }

    @Test
    void aChangeThatIsNotToldIsNoticed(@TempDir(factory = Memory.class) Path directory) {
        notices(
                directory,
                event -> event instanceof RowChange change && !change.last() ? null : event,
                "the id is not the next",
                "the query never gave this result");
    }

    @Test
    void aStateThatTheQueryNeverHadIsNoticed(@TempDir(factory = Memory.class) Path directory) {
        notices(
                directory,
                event -> event instanceof RowChange change && !change.last() ? asLast(change) : event,
                "the query never gave this result");
    }

    @Test
    void aSnapshotThatLacksARowIsNoticed(@TempDir(factory = Memory.class) Path directory) {
        notices(directory, event -> event instanceof RowSnapshot ? null : event, "has not given these rows");
    }

    private static RowChange asLast(RowChange change) {
        return new RowChange(
                change.type(),
                change.rowId(),
                change.row(),
                change.old(),
                change.changeId(),
                change.actor(),
                change.version(),
                true);
    }

    private static void notices(Path directory, UnaryOperator<@Nullable SubscriptionEvent> bug, String... messages) {
        Sabotage sabotage = new Sabotage() {
            private int changed;

            @Override
            public @Nullable SubscriptionEvent event(NodeRun process, SubscriptionEvent event) {
                SubscriptionEvent other = bug.apply(event);
                return event.equals(other) || ++changed != SABOTAGED_EVENT ? event : other;
            }
        };
        assertThatThrownBy(() -> {
                    try (SubscriptionOracle oracle = new SubscriptionOracle(SABOTAGED, directory, sabotage)) {
                        oracle.run();
                    }
                })
                .isInstanceOf(AssertionError.class)
                .satisfies(failure -> assertThat(failure.getMessage()).containsAnyOf(messages));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }
}
