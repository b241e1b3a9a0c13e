package dev.corrosion.benchmarks;

import java.util.Arrays;

/** Durations in nanoseconds, in the order of their size. */
final class Latencies {

    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] sorted;

    Latencies(long[] nanos) {
        this.sorted = nanos.clone();
        Arrays.sort(sorted);
    }

    /** By nearest rank, in milliseconds; NaN if there are none. */
    double quantile(double quantile) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = Math.max(1, (int) Math.ceil(quantile * sorted.length));
        return sorted[rank - 1] / NANOS_PER_MILLI;
    }

    /** Prints median, 99th percentile and the longest. */
    void print(String name, Report report) {
        report.line(name + ".p50", "%.2f ms", quantile(0.5));
        report.line(name + ".p99", "%.2f ms", quantile(0.99));
        report.line(name + ".max", "%.2f ms", quantile(1));
    }
}
