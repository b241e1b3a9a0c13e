package dev.corrosion.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** How soon instances are found and gone on the other nodes of a cluster of processes, and what a catalogue costs. */
final class DiscoveryBenchmark {

    private static final double KIB = 1024;

    private final DiscoveryBenchmarkOptions options;
    private final Report report;

    DiscoveryBenchmark(DiscoveryBenchmarkOptions options, Report report) {
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
        report.line("nodes", "%d applications, %s", options.nodes(), String.join(" ", options.jvm()));
        DiskFlush.measure().print("disk.flush", report);
        try (DiscoveryCluster cluster = DiscoveryCluster.start(options)) {
            comeAndGo(cluster, Math.min(options.rounds(), 20), false);
            comeAndGo(cluster, options.rounds(), true);
            kill(cluster);
            catalogue(cluster);
        }
        report.targets(Target.DISCOVERY);
    }

    /** Each node in turn registers an instance and takes it back, which all others see. */
    private void comeAndGo(DiscoveryCluster cluster, int rounds, boolean measured) {
        List<Long> visible = new ArrayList<>();
        List<Long> invisible = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            int node = round % cluster.size();
            String id = (measured ? "measured-" : "warm-up-") + round;
            visible.addAll(
                    since(begun(cluster.ask(node, "register " + id)), cluster.askOthers(node, "appeared " + id)));
            invisible.addAll(
                    since(begun(cluster.ask(node, "deregister " + id)), cluster.askOthers(node, "vanished " + id)));
        }
        if (measured) {
            print("registration-to-visible", visible);
            print("stop-to-invisible", invisible);
        }
    }

    private void kill(DiscoveryCluster cluster) throws IOException {
        List<Long> invisible = new ArrayList<>();
        for (int round = 0; round < options.kills(); round++) {
            int node = round % cluster.size();
            String id = "killed-" + round;
            cluster.ask(node, "register " + id);
            cluster.askOthers(node, "appeared " + id);
            long killed = cluster.kill(node);
            invisible.addAll(since(killed, cluster.askOthers(node, "vanished " + id)));
            cluster.restart(node);
        }
        if (options.kills() > 0) {
            print("kill-to-invisible", invisible);
        }
    }

    private void catalogue(DiscoveryCluster cluster) throws InterruptedException {
        List<String> empty = cluster.askAll("collect");
        int each = options.instances() / cluster.size();
        int all = each * cluster.size();
        long start = System.nanoTime();
        cluster.askAll(node -> "bulk node-" + node + " " + each);
        cluster.askAll("found " + all);
        report.line(
                "instances",
                "%d on each of %d nodes, found everywhere after %.1f s",
                each,
                cluster.size(),
                (System.nanoTime() - start) / 1e9);
        List<String> full = cluster.askAll("collect");
        double heap = IntStream.range(0, cluster.size())
                .mapToDouble(node -> (Double.parseDouble(full.get(node)) - Double.parseDouble(empty.get(node))) / all)
                .max()
                .orElse(Double.NaN);
        report.line("instances.heap", "%.2f KiB of heap for each instance (worst node)", heap / KIB);
        lookup(cluster);
        idle(cluster);
    }

    private void lookup(DiscoveryCluster cluster) {
        String[] cost = cluster.ask(0, "lookup").split(" ", -1);
        double nanos = Double.parseDouble(cost[0]);
        double bytes = Double.parseDouble(cost[1]);
        report.line("lookup.instances", "%s in each answer", cost[4]);
        report.line("lookup.time", "%.1f ns, %.1f bytes allocated", nanos, bytes);
        report.line(
                "lookup.simple",
                "%.1f ns, %.1f bytes allocated (Spring's SimpleDiscoveryClient)",
                Double.parseDouble(cost[2]),
                Double.parseDouble(cost[3]));
        report.result("lookup", nanos);
        report.result("lookup.allocated", Math.round(bytes * 10) / 10.0);
    }

    private void idle(DiscoveryCluster cluster) throws InterruptedException {
        List<String> headsBefore = cluster.askAll("head");
        List<Usage> before = cluster.askAll("usage").stream().map(Usage::parse).toList();
        TimeUnit.SECONDS.sleep(options.idleSeconds());
        List<Usage> after = cluster.askAll("usage").stream().map(Usage::parse).toList();
        List<String> headsAfter = cluster.askAll("head");
        long writes = IntStream.range(0, cluster.size())
                .mapToLong(node -> Long.parseLong(headsAfter.get(node)) - Long.parseLong(headsBefore.get(node)))
                .sum();
        double cpu = IntStream.range(0, cluster.size())
                .mapToDouble(node -> after.get(node).cpuPercentSince(before.get(node)))
                .max()
                .orElse(Double.NaN);
        report.line("idle.writes", "%d transactions of all nodes in %d s", writes, options.idleSeconds());
        report.line("idle.cpu", "%.2f %% of a core (worst node)", cpu);
        report.result("idle.writes", (double) writes);
    }

    private static long begun(String answer) {
        return Long.parseLong(answer.split(" ", -1)[0]);
    }

    private static List<Long> since(long start, List<String> times) {
        return times.stream().map(time -> Long.parseLong(time) - start).toList();
    }

    private void print(String name, List<Long> nanos) {
        Latencies latencies =
                new Latencies(nanos.stream().mapToLong(Long::longValue).toArray());
        report.line(name + ".samples", "%d", nanos.size());
        latencies.print(name, report);
        report.result(name + ".p99", latencies.quantile(0.99));
    }
}
