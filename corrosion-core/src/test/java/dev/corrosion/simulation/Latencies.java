package dev.corrosion.simulation;

import java.time.Duration;
import java.util.Collection;

/** Of some probes. */
record Latencies(int count, Duration p50, Duration p99) {

    static Latencies of(Collection<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Latencies(sorted.length, percentile(sorted, 50), percentile(sorted, 99));
    }

    private static Duration percentile(long[] sorted, int percent) {
        int rank = (sorted.length * percent + 99) / 100;
        return Duration.ofNanos(sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)]);
    }

    @Override
    public String toString() {
        return count + " probes, p50 " + p50.toMillis() + " ms, p99 " + p99.toMillis() + " ms";
    }
}
