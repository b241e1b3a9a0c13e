package dev.corrosion.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * All nodes writing as fast as they can, and everything having arrived everywhere.
 *
 * @param committed changes, one to a transaction
 * @param written from the first write to the end of the last
 * @param arrived from the first write until the last was on the last node
 * @param missing versions that are not where they should be, over all nodes
 */
record Saturation(long committed, Duration written, Duration arrived, long missing) {

    private static final Duration LEAD = Duration.ofMillis(300);

    /** How long what was written may be on its way. */
    private static final Duration ARRIVAL = Duration.ofMinutes(5);

    private static final double NANOS_PER_SECOND = 1e9;

    static Saturation run(PropagationCluster cluster, int writers, Duration length) {
        long start = System.nanoTime() + LEAD.toNanos();
        List<long[]> written = cluster
                .askAll(
                        "saturate " + start + " " + length.toSeconds() + " " + writers,
                        length.plus(PropagationCluster.PATIENCE))
                .stream()
                .map(PropagationNode::numbers)
                .toList();
        StringBuilder question = new StringBuilder("arrived " + ARRIVAL.toSeconds());
        for (int node = 0; node < cluster.size(); node++) {
            question.append(' ').append(cluster.actor(node)).append('=').append(written.get(node)[1]);
        }
        List<long[]> arrived = cluster.askAll(question.toString(), ARRIVAL.plus(PropagationCluster.PATIENCE)).stream()
                .map(PropagationNode::numbers)
                .toList();
        return new Saturation(
                written.stream().mapToLong(node -> node[0]).sum(),
                Duration.ofNanos(last(written, 2) - start),
                Duration.ofNanos(last(arrived, 0) - start),
                arrived.stream().mapToLong(node -> node[1]).sum());
    }

    private static long last(List<long[]> answers, int column) {
        return answers.stream().mapToLong(answer -> answer[column]).max().orElseThrow();
    }

    void print(Report report) {
        report.line("saturation.committed", "%.0f changes/s", committed * NANOS_PER_SECOND / written.toNanos());
        if (missing > 0) {
            report.line("saturation.missing", "%d versions after %d s", missing, ARRIVAL.toSeconds());
            return;
        }
        report.line(
                "saturation.applied",
                "%.0f changes/s on the slowest node",
                committed * NANOS_PER_SECOND / arrived.toNanos());
        report.line("saturation.lag", "%.2f s", arrived.minus(written).toNanos() / NANOS_PER_SECOND);
    }
}
