package dev.corrosion.node;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The distribution of durations in the last one to two minutes: a histogram whose buckets grow by a fifth, for this minute,
 * and one for the minute before. Thread-safe; a record is a short critical section.
 */
final class RecentDurations {

    /** Buckets for each doubling: a bound is at most 2^(1/4), which is less than a fifth, above what is in it. */
    private static final int PER_OCTAVE = 4;

    private static final int BUCKETS = Long.SIZE * PER_OCTAVE;

    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;

    /** Guarded by this, as is all that follows. */
    private long[] current = new long[BUCKETS];

    private long[] before = new long[BUCKETS];
    private long max;
    private long maxBefore;
    private long count;
    private long begun;

    /** @param nanoTime monotonic */
    RecentDurations(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    synchronized void record(long nanos) {
        turn();
        count++;
        current[bucket(nanos)]++;
        max = Math.max(max, nanos);
    }

    private void turn() {
        long now = nanoTime.getAsLong();
        long passed = (now - begun) / WINDOW_NANOS;
        if (passed <= 0) {
            return;
        }
        before = passed == 1 ? current : new long[BUCKETS];
        maxBefore = passed == 1 ? max : 0;
        current = new long[BUCKETS];
        max = 0;
        begun += passed * WINDOW_NANOS;
    }

    /** The smallest bucket whose bound is not below. */
    private static int bucket(long nanos) {
        if (nanos <= 1) {
            return 0;
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int guess = octave * PER_OCTAVE;
        while (guess < BUCKETS - 1 && bound(guess) < nanos) {
            guess++;
        }
        return guess;
    }

    private static long bound(int bucket) {
        return (long) Math.pow(2, (double) bucket / PER_OCTAVE);
    }

    /** How often since it was made. */
    synchronized long count() {
        return count;
    }

    /** How often of late. */
    synchronized long recent() {
        turn();
        long sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sum += current[i] + before[i];
        }
        return sum;
    }

    synchronized Duration max() {
        turn();
        return Duration.ofNanos(Math.max(max, maxBefore));
    }

    /** At least this part took no longer; zero if nothing happened. Not above {@link #max}. */
    synchronized Duration quantile(double part) {
        long all = recent();
        long wanted = (long) Math.ceil(all * part);
        long sum = 0;
        for (int i = 0; i < BUCKETS && all > 0; i++) {
            sum += current[i] + before[i];
            if (sum >= wanted) {
                return Duration.ofNanos(Math.min(bound(i), Math.max(max, maxBefore)));
            }
        }
        return Duration.ZERO;
    }
}
