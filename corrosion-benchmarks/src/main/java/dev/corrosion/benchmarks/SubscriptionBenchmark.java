package dev.corrosion.benchmarks;

import dev.corrosion.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import reactor.core.Disposable;

/** How soon subscribers hear of a commit, and what they cost who writes something else. */
final class SubscriptionBenchmark {

    /** Writes that no subscription is about, for each that one is: it is then that evaluations rest in between. */
    private static final int OTHERS = 20;

    private static final int TIMEOUT_SECONDS = 120;

    private final SubscriptionOptions options;
    private final Report report;
    private final Random random = new Random(1);

    SubscriptionBenchmark(SubscriptionOptions options, Report report) {
        this.options = options;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("corrosion-subscriptions");
        try {
            try (SubscriptionNode node =
                    new SubscriptionNode(Files.createTempDirectory(directory, "node"), options.rows())) {
                for (int count : options.counts()) {
                    measure(node, count, name(count));
                    measureDurable(node, count, name(count) + ".durable");
                }
            }
            for (int count : options.counts()) {
                new SubscriptionWriteCost(options, directory, count).measure(name(count) + ".matchless", report);
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        report.targets(Target.SUBSCRIPTIONS);
    }

    private static String name(int count) {
        return "subscriptions-" + count;
    }

    private void measure(SubscriptionNode node, int count, String name) throws InterruptedException {
        long heapBefore = Usage.heapAfterCollection();
        Sight sight = new Sight();
        long began = System.nanoTime();
        List<Disposable> subscriptions = node.subscribe(count, false, change -> sight.seen(System.nanoTime()));
        report.line(name + ".begun", "%.2f s", (System.nanoTime() - began) / 1e9);
        long heap = Usage.heapAfterCollection() - heapBefore;
        report.line(name + ".heap", "%.2f KB each", heap / 1e3 / count);
        report.result(name + ".heap", heap / 1e3 / count);
        Latencies latencies = latency(node, count, 0, sight, name);
        report.result(name + ".commit-to-event.p99", latencies.quantile(0.99));
        latency(node, count, OTHERS, sight, name + ".among-others");
        throughput(node, count, sight, name);
        subscriptions.forEach(Disposable::dispose);
    }

    private void measureDurable(SubscriptionNode node, int count, String name) throws InterruptedException {
        Sight sight = new Sight();
        long began = System.nanoTime();
        List<Disposable> subscriptions = node.subscribe(count, true, change -> sight.seen(System.nanoTime()));
        report.line(name + ".begun", "%.2f s", (System.nanoTime() - began) / 1e9);
        latency(node, count, 0, sight, name);
        subscriptions.forEach(Disposable::dispose);
    }

    /**
     * One write after the other.
     *
     * @param others how many writes that no subscription is about come before each that one is
     */
    private Latencies latency(SubscriptionNode node, int count, int others, Sight sight, String name)
            throws InterruptedException {
        int writes = Math.max(1, options.writes() / (1 + others / 2));
        long[] sinceCommit = new long[writes];
        long[] sinceCall = new long[writes];
        for (int i = -writes / 10; i < writes; i++) {
            for (int other = 0; other < others; other++) {
                node.writeBeyond(count, random);
            }
            long expected = sight.events.get() + 1;
            long called = System.nanoTime();
            node.writeTo(count, random);
            long committed = System.nanoTime();
            long at = sight.await(expected);
            if (i >= 0) {
                sinceCommit[i] = Math.max(0, at - committed);
                sinceCall[i] = at - called;
            }
        }
        new Latencies(sinceCall).print(name + ".write-to-event", report);
        Latencies latencies = new Latencies(sinceCommit);
        latencies.print(name + ".commit-to-event", report);
        return latencies;
    }

    /** As fast as four threads can. */
    private void throughput(SubscriptionNode node, int count, Sight sight, String name) throws InterruptedException {
        int writers = 4;
        long expected = sight.events.get() + (long) options.writes() * writers;
        long began = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < writers; t++) {
            Random chosen = new Random(t);
            int writer = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < options.writes(); i++) {
                    // No two writes of a row with the same port, which would be no change.
                    node.write(Statement.of(
                            "UPDATE services SET port = port + 1, address = ? WHERE id = ?",
                            "10." + writer + "." + i,
                            chosen.nextInt(count)));
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long written = System.nanoTime();
        // Several commits of one row may be one step, so fewer events than writes may come.
        sight.awaitQuiet(expected);
        double seconds = (sight.last - began) / 1e9;
        report.line(name + ".writes", "%.0f/s", options.writes() * writers / ((written - began) / 1e9));
        report.line(
                name + ".events",
                "%.0f/s, %d of %d writes told",
                (sight.events.get() - expected + (long) options.writes() * writers) / seconds,
                sight.events.get() - expected + (long) options.writes() * writers,
                options.writes() * writers);
    }

    /** What subscribers have seen. */
    private static final class Sight {

        private final AtomicLong events = new AtomicLong();
        private volatile long last;

        void seen(long now) {
            synchronized (this) {
                last = now;
                events.incrementAndGet();
                notifyAll();
            }
        }

        /** When the event with this number was seen. */
        synchronized long await(long number) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
            while (events.get() < number) {
                if (System.nanoTime() - end > 0) {
                    throw new BenchmarkException("an event did not come");
                }
                wait(1000);
            }
            return last;
        }

        /** Until so many have come, or none for half a second. */
        synchronized void awaitQuiet(long number) throws InterruptedException {
            long before = -1;
            while (events.get() < number && events.get() != before) {
                before = events.get();
                wait(500);
            }
        }
    }
}
