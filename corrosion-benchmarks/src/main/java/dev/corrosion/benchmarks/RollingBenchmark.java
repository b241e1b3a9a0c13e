package dev.corrosion.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What restarts and deaths of servers cost those that call them through Spring Cloud LoadBalancer. */
final class RollingBenchmark {

    private static final long SETTLE_MILLIS = 1000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final RollingOptions options;
    private final Report report;

    RollingBenchmark(RollingOptions options, Report report) {
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
                "servers", "%d, %d calls/s, %s", options.servers(), options.rate(), String.join(" ", options.jvm()));
        try (RollingCluster cluster = RollingCluster.start(options)) {
            for (RollingClient.Kind kind : options.callers()) {
                steady(cluster, kind, false);
                restarts(cluster, kind);
                if (options.kills() > 0) {
                    kills(cluster, kind, false);
                    steady(cluster, kind, true);
                    kills(cluster, kind, true);
                }
            }
        }
        report.targets(Target.ROLLING);
    }

    /** Twice, since the first calls of a process are those of cold code. */
    private void steady(RollingCluster cluster, RollingClient.Kind kind, boolean retry) throws InterruptedException {
        for (String phase : List.of(".warm-up", ".steady")) {
            begin(cluster, kind, "GET", retry);
            TimeUnit.SECONDS.sleep(options.steadySeconds());
            print(kind.title() + phase + (retry ? "-with-retry" : ""), end(cluster, retry));
        }
    }

    /**
     * One server after the other, the next one when the one before is found again. With POST, which neither the HTTP client of
     * the JDK nor Spring Cloud sends again when a connection turns out to be closed.
     */
    private void restarts(RollingCluster cluster, RollingClient.Kind kind) throws IOException, InterruptedException {
        begin(cluster, kind, "POST", false);
        for (int i = 0; i < options.restarts(); i++) {
            int server = i % options.servers();
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            cluster.ask(false, "watch");
            cluster.terminate(server);
            cluster.ask(false, "vanished " + cluster.instance(server));
            cluster.restart(server);
            cluster.ask(false, "appeared " + cluster.instance(server));
        }
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        RollingResult result = end(cluster, false);
        if (options.restarts() > 0) {
            print(kind.title() + ".restart", result);
            report.result(kind.title() + ".restart", result.failures().size());
        }
    }

    private void kills(RollingCluster cluster, RollingClient.Kind kind, boolean retry)
            throws IOException, InterruptedException {
        String name = kind.title() + (retry ? ".retry" : ".kill");
        long failed = 0;
        long late = 0;
        for (int i = 0; i < options.kills(); i++) {
            int server = i % options.servers();
            begin(cluster, kind, "GET", retry);
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            cluster.ask(retry, "watch");
            long killed = System.nanoTime();
            cluster.kill(server);
            long gone = Long.parseLong(cluster.ask(retry, "vanished " + cluster.instance(server)));
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            cluster.restart(server);
            cluster.ask(retry, "appeared " + cluster.instance(server));
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            RollingResult result = end(cluster, retry);
            print(name, result);
            report.line(name + ".detected", "%.2f s after the kill", (gone - killed) / NANOS_PER_SECOND);
            result.failures().stream()
                    .mapToLong(RollingResult.Failure::ended)
                    .min()
                    .ifPresent(first -> {
                        long last = result.failures().stream()
                                .mapToLong(RollingResult.Failure::begun)
                                .max()
                                .orElse(first);
                        report.line(
                                name + ".failures",
                                "the first failed %.2f s after the kill, the last was begun %.2f s after it",
                                (first - killed) / NANOS_PER_SECOND,
                                (last - killed) / NANOS_PER_SECOND);
                    });
            failed += result.failures().size();
            late += result.begunAfter(gone);
        }
        if (retry) {
            report.result(name, (double) failed);
        } else {
            report.result(name + ".after-detection", (double) late);
        }
    }

    private void begin(RollingCluster cluster, RollingClient.Kind kind, String method, boolean retry) {
        cluster.ask(retry, "begin " + kind.title() + " " + method + " " + options.rate());
    }

    private static RollingResult end(RollingCluster cluster, boolean retry) {
        return RollingResult.parse(cluster.ask(retry, "end"));
    }

    private void print(String name, RollingResult result) {
        String kinds = result.kinds().entrySet().stream()
                .map(kind -> kind.getValue() + " " + kind.getKey())
                .collect(Collectors.joining(", "));
        report.line(
                name + ".calls",
                "%d, failed %d%s; p50 %.1f ms, p99 %.1f ms, max %.1f ms; load %.1f",
                result.calls(),
                result.failures().size(),
                kinds.isEmpty() ? "" : " (" + kinds + ")",
                result.p50(),
                result.p99(),
                result.max(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
