package dev.corrosion.simulation;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;

/** What can go wrong. */
enum Fault {
    LOSS,
    DUPLICATION,
    REORDERING,
    PARTITION,
    ONE_WAY_PARTITION,
    CLOGGED_LINK,
    CLOCK_SKEW,
    POWER_FAILURE,
    PROCESS_CRASH,
    RESTART,
    LONG_ABSENCE,
    SLOW_DISK,
    FULL_DISK,
    PAUSE,
    JOIN,
    OLD_COPY,
    EMPTY_DISK;

    /**
     * The faults of one world. Now one kind alone, now few, now many: what hides among many shows when it is alone, and the
     * other way round (swarm testing).
     */
    static Set<Fault> mix(Random random) {
        Set<Fault> mix = EnumSet.noneOf(Fault.class);
        Fault[] all = values();
        int wanted = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(all.length);
        while (mix.size() < wanted) {
            mix.add(all[random.nextInt(all.length)]);
        }
        return mix;
    }
}
