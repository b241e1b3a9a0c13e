package dev.corrosion.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Writes at a steady rate, in turn on all nodes, and when each is visible on each of the others. */
final class PacedWrites {

    /** How far ahead the first write is: all nodes have been told by then. */
    private static final Duration LEAD = Duration.ofMillis(300);

    /** How long what was written may be on its way. */
    private static final Duration ARRIVAL = Duration.ofMinutes(1);

    private final PropagationCluster cluster;
    private final PropagationOptions options;

    /** By node, then by write: when the call began and when it returned. */
    private long[][] called = {};

    private long[][] committed = {};

    /** By node that sees it, by node that wrote it, by write. */
    private long[][][] readable = {};

    private long[][][] pushed = {};

    PacedWrites(PropagationCluster cluster, PropagationOptions options) {
        this.cluster = cluster;
        this.options = options;
    }

    /** Only writes. */
    void warmUp(int writes) {
        write(writes);
    }

    void run(int writes) {
        List<long[]> positions = cluster.askAll("position", PropagationCluster.PATIENCE).stream()
                .map(PropagationNode::numbers)
                .toList();
        String follow = IntStream.range(0, cluster.size())
                .mapToObj(node -> cluster.actor(node) + "=" + (positions.get(node)[0] + 1) + ":"
                        + positions.get(node)[1] + ":" + options.writesOf(node, writes))
                .collect(Collectors.joining(" ", "follow ", ""));
        cluster.askAll(follow, PropagationCluster.PATIENCE);
        List<long[]> answers = write(writes);
        called = new long[cluster.size()][];
        committed = new long[cluster.size()][];
        for (int node = 0; node < cluster.size(); node++) {
            long[] answer = answers.get(node);
            called[node] = every(answer, 1);
            committed[node] = every(answer, 2);
            requireInOrder(node, every(answer, 0), positions.get(node)[0]);
        }
        sightings(writes);
    }

    private List<long[]> write(int writes) {
        long period = TimeUnit.SECONDS.toNanos(1) / options.rate();
        long start = System.nanoTime() + LEAD.toNanos();
        Duration length = LEAD.plusNanos(period * writes).plus(PropagationCluster.PATIENCE);
        return cluster
                .askAll(
                        node -> "paced " + (start + node * period) + " " + period * cluster.size() + " "
                                + options.writesOf(node, writes),
                        length)
                .stream()
                .map(PropagationNode::numbers)
                .toList();
    }

    private static long[] every(long[] triples, int offset) {
        return IntStream.range(0, triples.length / 3)
                .mapToLong(i -> triples[3 * i + offset])
                .toArray();
    }

    private static void requireInOrder(int node, long[] versions, long before) {
        for (int i = 0; i < versions.length; i++) {
            if (versions[i] != before + 1 + i) {
                throw new BenchmarkException("write " + i + " of node " + node + " became version " + versions[i]
                        + ", not " + (before + 1 + i));
            }
        }
    }

    private void sightings(int writes) {
        List<String> answers = cluster.askAll("sightings " + ARRIVAL.toSeconds(), ARRIVAL.multipliedBy(2));
        readable = new long[cluster.size()][cluster.size()][];
        pushed = new long[cluster.size()][cluster.size()][];
        for (int at = 0; at < cluster.size(); at++) {
            long[] all = PropagationNode.numbers(answers.get(at));
            int next = 0;
            for (int origin = 0; origin < cluster.size(); origin++) {
                int count = options.writesOf(origin, writes);
                readable[at][origin] = Arrays.copyOfRange(all, next, next + count);
                pushed[at][origin] = Arrays.copyOfRange(all, next + count, next + 2 * count);
                next += 2 * count;
            }
        }
    }

    void print(Report report) {
        report.line("write.p50", "%.2f ms", durations().quantile(0.5));
        report.line("write.p99", "%.2f ms", durations().quantile(0.99));
        long start = flat(called).min().orElse(0);
        long end = flat(committed).max().orElse(0);
        report.line("rate", "%.1f writes/s", flat(called).count() * 1e9 / (end - start));
        report.line("undelivered", "%d", undelivered());
        pairs(readable).print("readable", report);
        last(readable).print("readable.everywhere", report);
        pairs(pushed).print("pushed", report);
        last(pushed).print("pushed.everywhere", report);
        report.result("readable.p99", pairs(readable).quantile(0.99));
    }

    private static LongStream flat(long[][] times) {
        return Arrays.stream(times).flatMapToLong(Arrays::stream);
    }

    private Latencies durations() {
        long[] begun = flat(called).toArray();
        long[] ended = flat(committed).toArray();
        return new Latencies(IntStream.range(0, begun.length)
                .mapToLong(i -> ended[i] - begun[i])
                .toArray());
    }

    private long undelivered() {
        return deliveries(readable).filter(latency -> latency == Long.MAX_VALUE).count()
                + deliveries(pushed)
                        .filter(latency -> latency == Long.MAX_VALUE)
                        .count();
    }

    /** Of each write to each other node. */
    private Latencies pairs(long[][][] seen) {
        return new Latencies(deliveries(seen).toArray());
    }

    private LongStream deliveries(long[][][] seen) {
        return IntStream.range(0, seen.length).boxed().flatMapToLong(at -> IntStream.range(0, seen.length)
                .filter(origin -> origin != at)
                .boxed()
                .flatMapToLong(origin -> IntStream.range(0, committed[origin].length)
                        .mapToLong(i -> latency(seen[at][origin][i], committed[origin][i]))));
    }

    /** Of each write until the last node. */
    private Latencies last(long[][][] seen) {
        return new Latencies(IntStream.range(0, seen.length)
                .boxed()
                .flatMapToLong(origin -> IntStream.range(0, committed[origin].length)
                        .mapToLong(i -> IntStream.range(0, seen.length)
                                .filter(at -> at != origin)
                                .mapToLong(at -> latency(seen[at][origin][i], committed[origin][i]))
                                .max()
                                .orElse(0)))
                .toArray());
    }

    /** What did not arrive took forever. One may be seen before its writer's thread has gone on. */
    private static long latency(long seen, long since) {
        return seen == 0 ? Long.MAX_VALUE : Math.max(0, seen - since);
    }
}
