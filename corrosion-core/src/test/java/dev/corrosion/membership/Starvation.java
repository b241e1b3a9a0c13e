package dev.corrosion.membership;

import dev.corrosion.Member;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A fleet of which the first nodes are starved of the processor: in bursts of 20 s they stand still for a random time,
 * run for 10 to 100 ms, and stand still again; 15 to 45 s of rest follow. Counts who is declared down though alive.
 */
final class Starvation {

    private static final Duration STEP = Duration.ofMillis(10);
    private static final long SECOND = 1_000_000_000L;
    private static final long BURST = 20 * SECOND;

    private final SwimFleet fleet;
    private final SplittableRandom random;
    private final long[] nextPause;
    private final long[] burstEnd;
    private final long minPause;
    private final long maxPause;
    private final Set<String> falseDowns = new HashSet<>();
    private long views;
    private int healthyDowns;

    Starvation(SwimFleet fleet, int starved, Duration minPause, Duration maxPause, long seed) {
        this.fleet = fleet;
        this.random = new SplittableRandom(seed);
        this.nextPause = new long[starved];
        this.burstEnd = new long[starved];
        this.minPause = minPause.toNanos();
        this.maxPause = maxPause.toNanos();
        for (int i = 0; i < starved; i++) {
            rest(i);
        }
        fleet.observe((observer, member, change, now) -> {
            if (change.after().state() == Member.State.DOWN) {
                views++;
                boolean first = falseDowns.add(member + "@" + change.after().incarnation());
                healthyDowns += first && member >= starved ? 1 : 0;
            }
        });
    }

    void run(Duration duration) {
        long end = fleet.now() + duration.toNanos();
        while (fleet.now() < end) {
            fleet.run(STEP);
            for (int i = 0; i < nextPause.length; i++) {
                if (fleet.now() >= nextPause[i]) {
                    pause(i);
                }
            }
        }
    }

    /** Declarations, each counted once however many nodes see it. */
    int falseDowns() {
        return falseDowns.size();
    }

    /** Those of nodes that are not starved. */
    int healthyDowns() {
        return healthyDowns;
    }

    /** Declarations, counted for each node that sees them. */
    long views() {
        return views;
    }

    private void pause(int node) {
        long length = random.nextLong(minPause, maxPause);
        fleet.starve(node, length);
        nextPause[node] = fleet.now() + length + random.nextLong(SECOND / 100, SECOND / 10);
        if (nextPause[node] > burstEnd[node]) {
            rest(node);
        }
    }

    private void rest(int node) {
        nextPause[node] = fleet.now() + random.nextLong(15 * SECOND, 45 * SECOND);
        burstEnd[node] = nextPause[node] + BURST;
    }
}
