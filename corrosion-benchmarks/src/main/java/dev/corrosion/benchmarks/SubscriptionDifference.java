package dev.corrosion.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * By how much one of two exceeds the other, as pairs of measurements tell.
 *
 * @param median of the differences of the pairs
 * @param low with {@code high}, where the median of all such differences lies with a confidence of at least 95 %: the
 *     order statistics of the sign test, which supposes nothing of how differences are distributed. With fewer than six
 *     pairs, which cannot be so sure, the smallest and the largest
 * @param base median of the one that is exceeded
 */
record SubscriptionDifference(double median, double low, double high, double base) {

    private static final double TAIL = 0.025;

    /** Collects pairs. */
    static final class Pairs {
        private final List<Double> base = new ArrayList<>();
        private final List<Double> differences = new ArrayList<>();

        void add(double base, double other) {
            this.base.add(base);
            differences.add(other - base);
        }

        SubscriptionDifference difference() {
            List<Double> sorted = differences.stream().sorted().toList();
            int rank = rank(sorted.size());
            return new SubscriptionDifference(
                    Report.median(sorted), sorted.get(rank), sorted.get(sorted.size() - 1 - rank), Report.median(base));
        }
    }

    /** How many are left out at either end: the largest k of which a fair coin shows at most k - 1 heads that rarely. */
    static int rank(int pairs) {
        double probability = Math.pow(0.5, pairs);
        double cumulated = 0;
        int rank = 0;
        while (cumulated + probability <= TAIL) {
            cumulated += probability;
            probability *= (double) (pairs - rank) / (rank + 1);
            rank++;
        }
        return Math.max(0, rank - 1);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f us more (%.1f to %.1f) than %.1f us", median, low, high, base);
    }
}
