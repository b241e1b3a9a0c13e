package dev.corrosion.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Runs a cluster of processes and prints how soon commits are visible, and what the nodes cost. */
final class PropagationBenchmark {

    private static final double MIB = 1024 * 1024;

    private final PropagationOptions options;
    private final Report report;

    PropagationBenchmark(PropagationOptions options, Report report) {
        this.options = options;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        report.line(
                "environment",
                "Java %s, %s %s, %d processors",
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
        report.line(
                "load",
                "%.2f processes that run or want to, over the last minute",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        report.line("nodes", "%d processes, %s", options.nodes(), String.join(" ", options.jvm()));
        DiskFlush.measure().print("disk.flush", report);
        try (PropagationCluster cluster = PropagationCluster.start(options)) {
            report.line("clock", "System.nanoTime, one for all processes");
            paced(cluster);
            idle(cluster);
            if (options.saturationSeconds() > 0) {
                saturation(cluster);
            }
        }
        report.targets(Target.PROPAGATION);
    }

    private void paced(PropagationCluster cluster) {
        PacedWrites writes = new PacedWrites(cluster, options);
        if (options.warmUpSeconds() > 0) {
            // As fast as can be first, so that what is measured is compiled: at a steady rate that takes many minutes.
            Saturation.run(cluster, options.writers(), Duration.ofSeconds(options.warmUpSeconds()));
            writes.warmUp(options.warmUpSeconds() * options.rate());
        }
        List<Usage> before = cluster.usage();
        writes.run(options.writes());
        List<Usage> after = cluster.usage();
        writes.print(report);
        cost("paced", cluster, before, after);
    }

    private void idle(PropagationCluster cluster) throws InterruptedException {
        cluster.askAll("collect", PropagationCluster.PATIENCE);
        List<Usage> before = cluster.usage();
        TimeUnit.SECONDS.sleep(options.idleSeconds());
        List<Usage> after = cluster.usage();
        report.result("idle.cpu", cost("idle", cluster, before, after));
    }

    /** Prints what the nodes have used, and returns the CPU time of the one that used most. */
    private double cost(String phase, PropagationCluster cluster, List<Usage> before, List<Usage> after) {
        double[] cpu = IntStream.range(0, after.size())
                .mapToDouble(node -> after.get(node).cpuPercentSince(before.get(node)))
                .sorted()
                .toArray();
        double[] resident = sorted(after, usage -> usage.residentBytes() / MIB);
        List<String> heaps = cluster.askAll("collect", PropagationCluster.PATIENCE);
        double[] heap = sorted(heaps, bytes -> Long.parseLong(bytes) / MIB);
        report.line(phase + ".cpu", "%.2f %% of a core (median), %.2f %% (worst node)", middle(cpu), last(cpu));
        report.line(
                phase + ".heap", "%.1f MiB after a collection (median), %.1f MiB (worst)", middle(heap), last(heap));
        report.line(phase + ".rss", "%.0f MiB (median), %.0f MiB (worst)", middle(resident), last(resident));
        batching(phase, before, after);
        report.result(phase + ".heap", last(heap));
        return last(cpu);
    }

    private void batching(String phase, List<Usage> before, List<Usage> after) {
        long applied = counted("corrosion.versions.applied", before, after);
        if (applied > 0) {
            long batches = counted("corrosion.apply.batches", before, after);
            long frames = counted("corrosion.broadcast.frames", before, after);
            report.line(phase + ".versions-per-batch", "%.2f", (double) applied / Math.max(1, batches));
            report.line(phase + ".versions-per-frame", "%.2f", (double) applied / Math.max(1, frames));
            report.line(phase + ".sync-rounds", "%d", counted("corrosion.sync.rounds", before, after));
            report.line(phase + ".duplicates", "%d", counted("corrosion.broadcast.duplicates", before, after));
            report.line(phase + ".dropped", "%d", counted("corrosion.broadcast.dropped", before, after));
        }
    }

    private static long counted(String name, List<Usage> before, List<Usage> after) {
        return IntStream.range(0, after.size())
                .mapToLong(node -> after.get(node).countedSince(before.get(node), name))
                .sum();
    }

    private static <T> double[] sorted(List<T> values, ToDoubleFunction<T> number) {
        return values.stream().mapToDouble(number).sorted().toArray();
    }

    private static double middle(double[] sorted) {
        return Report.median(Arrays.stream(sorted).boxed().toList());
    }

    private static double last(double[] sorted) {
        return sorted[sorted.length - 1];
    }

    private void saturation(PropagationCluster cluster) {
        List<Usage> before = cluster.usage();
        Saturation burst = Saturation.run(cluster, options.writers(), Duration.ofSeconds(options.saturationSeconds()));
        List<Usage> after = cluster.usage();
        burst.print(report);
        cost("saturation", cluster, before, after);
    }
}
