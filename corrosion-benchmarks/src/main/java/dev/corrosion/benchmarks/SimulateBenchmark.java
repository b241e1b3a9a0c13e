package dev.corrosion.benchmarks;

import dev.corrosion.broadcast.BroadcastOptions;
import java.lang.management.ManagementFactory;
import java.util.Map;

/** Runs a simulated cluster and prints how changes spread in it. */
final class SimulateBenchmark {

    /** From here on a node remembers fewer versions, so that all of them fit into the heap of one process. */
    private static final int LARGE = 4000;

    private static final int VERSIONS_OF_LARGE = 512;

    private final SimulateOptions options;
    private final Report report;

    SimulateBenchmark(SimulateOptions options, Report report) {
        this.options = options;
        this.report = report;
    }

    void run() {
        long began = System.nanoTime();
        SimulatedCluster cluster = new SimulatedCluster(options, broadcast());
        DeliveryRecord record = cluster.run();
        report.line("nodes", "%d", options.nodes());
        report.line("regions", "%s", cluster.regions());
        cluster.found().ifPresent(this::found);
        report.line(
                "faults",
                "loss %s, %d crashes, %d restarts, seed %d",
                options.loss(),
                options.crashes(),
                options.restarts(),
                options.seed());
        report.line("changes", "%d", record.changes());
        report.line("payload sends per change", "%.1f", record.payloadSendsPerChange());
        report.line("rmr", "%.4f", record.redundancy());
        double[] latencies = record.latencies();
        report.line("full-cluster p50 ms", "%.1f", quantile(latencies, 0.5, record.changes()));
        report.line("full-cluster p99 ms", "%.1f", quantile(latencies, 0.99, record.changes()));
        report.line("full-cluster max ms", "%.1f", quantile(latencies, 1, record.changes()));
        report.line("hops p50", "%d", record.hops(0.5));
        report.line("hops p99", "%d", record.hops(0.99));
        report.line("payload sends over links above 150 ms", "%.2f %%", 100 * record.farShare());
        report.line("payload sends of the busiest node", "%.2f times the mean", record.busiest());
        undelivered("before repair", record);
        int rounds = cluster.repair();
        undelivered("after repair", record);
        report.line("rounds of repair", "%d", rounds);
        report.line("control messages per node and second", "%.1f", record.controlMessagesPerNodeAndSecond());
        report.line("control bytes per node and second", "%.0f", record.controlBytesPerNodeAndSecond());
        report.line("messages per node and second", "%.1f", record.messagesPerNodeAndSecond());
        report.line("bytes per node and second", "%.0f", record.bytesPerNodeAndSecond());
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        report.line("cpu time s", "%.1f", cpu / (double) SimulatedCluster.SECOND);
        report.line("wall time s", "%.1f", (System.nanoTime() - began) / (double) SimulatedCluster.SECOND);
    }

    private void found(FoundRegions found) {
        report.line("found regions", "%d, the last change after %.0f s", found.count(), found.settledSeconds());
        report.line("nodes in a region of one place", "%.2f %%", 100 * found.pureShare());
        report.line("nodes in the region of most of their place", "%.2f %%", 100 * found.togetherShare());
        report.line("changes of region per node", "%.2f, at most %d", found.changes(), found.mostChanges());
        report.line("extra pings per node", "%.0f", found.pings());
    }

    private void undelivered(String when, DeliveryRecord record) {
        Map<DeliveryRecord.Reason, Long> byReason = record.undelivered();
        report.line(
                "undelivered " + when,
                "%d",
                byReason.values().stream().mapToLong(Long::longValue).sum());
        byReason.forEach((reason, pairs) -> {
            if (pairs > 0) {
                report.line("undelivered " + when + ", " + reason, "%d", pairs);
            }
        });
    }

    private BroadcastOptions broadcast() {
        BroadcastOptions usual = BroadcastOptions.DEFAULT;
        return options.nodes() < LARGE ? usual : usual.withRecentVersions(VERSIONS_OF_LARGE);
    }

    /** By nearest rank among all changes; those that did not reach everybody took forever. */
    static double quantile(double[] sorted, double quantile, int of) {
        int rank = Math.max(1, (int) Math.ceil(quantile * of));
        return rank > sorted.length ? Double.POSITIVE_INFINITY : sorted[rank - 1];
    }
}
