package dev.corrosion.test.network;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with the network.
 *
 * @param cut ways on which nothing gets through
 * @param loss probability that a packet is lost, on every way
 * @param delay what each message takes, on every way
 * @param delays what it takes instead on some of them
 */
public record Faults(Set<Way> cut, double loss, Duration delay, Map<Way, Duration> delays) {

    /** The longest delay: beyond it nodes take each other for dead, which a cut tells better. */
    public static final Duration MAX_DELAY = Duration.ofSeconds(30);

    /** The most that may be lost; with more, cut the way. */
    public static final double MAX_LOSS = 0.95;

    /** Nothing is wrong. */
    public static final Faults NONE = new Faults(Set.of(), 0, Duration.ZERO, Map.of());

    public Faults {
        if (!(loss >= 0 && loss <= MAX_LOSS)) {
            throw new IllegalArgumentException("the loss must be a probability from 0 to " + MAX_LOSS + ", not " + loss
                    + "; for more cut the way");
        }
        requireDelay(delay);
        delays.values().forEach(Faults::requireDelay);
        cut = Set.copyOf(cut);
        delays = Map.copyOf(delays);
    }

    private static void requireDelay(Duration delay) {
        if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException("the delay must be from 0 to " + MAX_DELAY + ", not " + delay);
        }
    }

    /** With these ways cut, too. */
    public Faults cutting(Set<Way> ways) {
        Set<Way> all = new HashSet<>(cut);
        all.addAll(ways);
        return new Faults(all, loss, delay, delays);
    }

    /** With this loss. */
    public Faults losing(double probability) {
        return new Faults(cut, probability, delay, delays);
    }

    /** With this delay on all ways that have none of their own. */
    public Faults delaying(Duration all) {
        return new Faults(cut, loss, all, delays);
    }

    /** With this delay on one way. */
    public Faults delaying(Way way, Duration one) {
        Map<Way, Duration> all = new HashMap<>(delays);
        all.put(way, one);
        return new Faults(cut, loss, delay, all);
    }

    boolean isCut(Way way) {
        return cut.contains(way);
    }

    Duration delay(Way way) {
        return delays.getOrDefault(way, delay);
    }
}
