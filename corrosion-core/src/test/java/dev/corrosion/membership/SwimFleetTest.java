package dev.corrosion.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How fast and how right the failure detector is with many nodes. Prints its figures with their seeds; the long runs need
 * {@code -Dswim.full=true}.
 */
class SwimFleetTest {

    private static final String FULL = "swim.full";

    @Test
    void aCrashIsSeenByAHundredNodesWithinFiveSeconds() {
        assertThat(slowestDetection(100, 4, 5)).isLessThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    @EnabledIfSystemProperty(named = FULL, matches = "true")
    void aCrashIsSeenByAThousandNodesWithinFifteenSeconds() {
        assertThat(slowestDetection(100, 20, 5)).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(slowestDetection(1000, 2, 10)).isLessThanOrEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void lossKillsNobody() {
        assertThat(falseDowns(200, 0.05, Duration.ofMinutes(10), 1)).isZero();
    }

    @Test
    @EnabledIfSystemProperty(named = FULL, matches = "true")
    void lossKillsNobodyInADay() {
        assertThat(falseDowns(1000, 0.05, Duration.ofHours(24), 1)).isZero();
    }

    @Test
    void starvedNodesAreDeclaredDownFiftyTimesLessOftenThanWithoutLifeguard() {
        assertThat(timesLess(100, 1, 1000, 6000, Duration.ofMinutes(8))).isGreaterThanOrEqualTo(50);
    }

    @ParameterizedTest
    @EnabledIfSystemProperty(named = FULL, matches = "true")
    @CsvSource({"100, 2, 500, 3000, 10", "100, 2, 1000, 6000, 10", "1000, 1, 1000, 6000, 3"})
    void soTheyAreWhateverTheLengthOfThePausesAndTheSizeOfTheCluster(
            int size, long seed, long minPause, long maxPause, int minutes) {
        assertThat(timesLess(size, seed, minPause, maxPause, Duration.ofMinutes(minutes)))
                .isGreaterThanOrEqualTo(50);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        SwimFleet first = new SwimFleet(30, Lifeguard.ON, 0.2, 7);
        SwimFleet second = new SwimFleet(30, Lifeguard.ON, 0.2, 7);
        first.run(Duration.ofMinutes(5));
        second.run(Duration.ofMinutes(5));
        assertThat(second.events()).isEqualTo(first.events());
        assertThat(second.packets()).isEqualTo(first.packets());
    }

    /** Until the last live node sees the crash; nobody else may be declared down. */
    private static Duration slowestDetection(int size, int seeds, int crashes) {
        List<Long> times = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            SwimFleet fleet = new SwimFleet(size, Lifeguard.ON, 0, seed);
            assertThat(fleet.disagreements()).isZero();
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < crashes; i++) {
                fleet.run(Duration.ofMillis(random.nextInt(3000)));
                int victim = random.nextInt(size / crashes) + i * (size / crashes);
                times.add(detection(fleet, victim, size - 1 - i));
            }
        }
        times.sort(null);
        report(
                "crash to DOWN seen by all: %d nodes, seeds 1-%d, %d crashes: p50 %.2f s, max %.2f s",
                size, seeds, times.size(), times.get(times.size() / 2) / 1e9, times.get(times.size() - 1) / 1e9);
        return Duration.ofNanos(times.get(times.size() - 1));
    }

    private static long detection(SwimFleet fleet, int victim, int living) {
        List<Long> seen = new ArrayList<>();
        fleet.observe((observer, member, change, now) -> {
            if (change.after().state() == Member.State.DOWN) {
                assertThat(member).isEqualTo(victim);
                seen.add(now);
            }
        });
        long crashed = fleet.now();
        fleet.crash(victim);
        fleet.run(Duration.ofSeconds(30));
        assertThat(seen).hasSize(living);
        return seen.get(seen.size() - 1) - crashed;
    }

    private static int falseDowns(int size, double loss, Duration duration, long seed) {
        SwimFleet fleet = new SwimFleet(size, Lifeguard.ON, loss, seed);
        int[] views = new int[2];
        fleet.observe((observer, member, change, now) -> {
            views[0] += change.after().state() == Member.State.SUSPECT ? 1 : 0;
            views[1] += change.after().state() == Member.State.DOWN ? 1 : 0;
        });
        long began = System.nanoTime();
        long before = fleet.events();
        fleet.run(duration);
        report(
                "loss %.0f %%: %d nodes, seed %d, %s simulated, %d events in %.0f s:"
                        + " %d suspicions seen, %d live nodes seen DOWN, largest packet %d bytes",
                100 * loss,
                size,
                seed,
                duration,
                fleet.events() - before,
                (System.nanoTime() - began) / 1e9,
                views[0],
                views[1],
                fleet.largestPacket());
        assertThat(fleet.disagreements()).isLessThan(size);
        return views[1];
    }

    private static double timesLess(int size, long seed, long minPause, long maxPause, Duration duration) {
        int[] downs = new int[2];
        for (Lifeguard lifeguard : Lifeguard.values()) {
            SwimFleet fleet = new SwimFleet(size, lifeguard, 0, seed);
            Starvation starvation =
                    new Starvation(fleet, size / 5, Duration.ofMillis(minPause), Duration.ofMillis(maxPause), seed);
            starvation.run(duration);
            downs[lifeguard.isOn() ? 0 : 1] = starvation.falseDowns();
            report(
                    "starvation: %d nodes, a fifth pauses for %d-%d ms, seed %d, %s simulated, Lifeguard %s:"
                            + " %d false DOWNs (%d of nodes that were not starved), seen %d times",
                    size,
                    minPause,
                    maxPause,
                    seed,
                    duration,
                    lifeguard,
                    starvation.falseDowns(),
                    starvation.healthyDowns(),
                    starvation.views());
        }
        return (double) downs[1] / Math.max(1, downs[0]);
    }

    private static void report(String format, Object... figures) {
        System.out.println("[swim] " + String.format(Locale.ROOT, format, figures));
    }
}
