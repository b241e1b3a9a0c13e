package dev.corrosion.benchmarks;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import reactor.core.Disposable;

/** How soon subscribers hear of a commit, and what they cost who writes something else. */
final class SubscriptionBenchmark {

    private static final String SCHEMA =
            "CREATE TABLE services (id INTEGER PRIMARY KEY NOT NULL, service TEXT, address TEXT,"
                    + " port INTEGER); CREATE INDEX services_service ON services (service);";
    private static final String QUERY = "SELECT id, address, port FROM services WHERE service = ?";
    private static final int ROWS_PER_WRITE = 10_000;

    /** Writes in a row on one of the two nodes. */
    private static final int TURN = 50;

    private static final int WARM_UP_WRITES = 2000;
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
        try (Corrosion node = open(directory.resolve("a"));
                Corrosion quiet = open(directory.resolve("b"))) {
            fill(node);
            fill(quiet);
            for (int i = 0; i < WARM_UP_WRITES; i++) {
                write(i % 2 == 0 ? node : quiet, 0);
            }
            for (int count : options.counts()) {
                measure(node, quiet, count);
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

    private static Corrosion open(Path directory) {
        return Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("corrosion.db"))
                .schema(SCHEMA)
                .host("127.0.0.1")
                .port(0)
                .build());
    }

    /** Row i is of service i modulo the number of services, of which the last is nobody's. */
    private static int services() {
        return SubscriptionOptions.MAX_SUBSCRIPTIONS + 1;
    }

    private static String service(long number) {
        return "service-" + number;
    }

    private void fill(Corrosion node) {
        for (int first = 0; first < options.rows(); first += ROWS_PER_WRITE) {
            node.write(Statement.of(
                    "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) INSERT INTO services"
                            + " SELECT i, 'service-' || (i % ?), '10.0.0.' || (i % 250), 8080 FROM n",
                    first, Math.min(options.rows(), first + ROWS_PER_WRITE), services()));
        }
    }

    /** Changes a row of this service. */
    private void write(Corrosion node, int service) {
        node.write(Statement.of("UPDATE services SET port = ? WHERE id = ?", random.nextInt(60_000), service));
    }

    private void measure(Corrosion node, Corrosion quiet, int count) throws InterruptedException {
        String name = "subscriptions-" + count;
        long heapBefore = Usage.heapAfterCollection();
        Sight sight = new Sight();
        long began = System.nanoTime();
        List<Disposable> subscriptions = subscribe(node, count, sight);
        report.line(name + ".begun", "%.2f s", (System.nanoTime() - began) / 1e9);
        long heap = Usage.heapAfterCollection() - heapBefore;
        report.line(name + ".heap", "%.2f KB each", heap / 1e3 / count);
        report.result(name + ".heap", heap / 1e3 / count);
        latency(node, count, sight, name);
        throughput(node, count, sight, name);
        matchless(node, quiet, name);
        subscriptions.forEach(Disposable::dispose);
    }

    private static List<Disposable> subscribe(Corrosion node, int count, Sight sight) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(count);
        List<Disposable> subscriptions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            subscriptions.add(node.subscribe(Statement.of(QUERY, service(i)))
                    .subscribe(
                            event -> {
                                if (event instanceof SubscriptionEvent.EndOfQuery) {
                                    begun.countDown();
                                } else if (event instanceof SubscriptionEvent.RowChange) {
                                    sight.seen(System.nanoTime());
                                }
                            },
                            failure -> {
                                throw new BenchmarkException("a subscription failed", failure);
                            }));
        }
        if (!begun.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new BenchmarkException(begun.getCount() + " subscriptions have not begun");
        }
        return subscriptions;
    }

    /** One write after the other, each of which some subscription is about. */
    private void latency(Corrosion node, int count, Sight sight, String name) throws InterruptedException {
        long[] sinceCommit = new long[options.writes()];
        long[] sinceCall = new long[options.writes()];
        for (int i = -options.writes() / 10; i < options.writes(); i++) {
            long expected = sight.events.get() + 1;
            long called = System.nanoTime();
            write(node, random.nextInt(count));
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
        report.result(name + ".commit-to-event.p99", latencies.quantile(0.99));
    }

    /** As fast as four threads can. */
    private void throughput(Corrosion node, int count, Sight sight, String name) throws InterruptedException {
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

    /** Writes that no subscription is about, beside a node that has none. */
    private void matchless(Corrosion node, Corrosion quiet, String name) {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        int nobodys = SubscriptionOptions.MAX_SUBSCRIPTIONS;
        for (int i = 0; i < options.writes(); i += TURN) {
            without.add(turn(quiet, nobodys));
            with.add(turn(node, nobodys));
        }
        double more = Report.median(with) - Report.median(without);
        report.line(name + ".matchless", "%.1f us more than %.1f us", more, Report.median(without));
        report.result(name + ".matchless", more);
    }

    private double turn(Corrosion node, int service) {
        long began = System.nanoTime();
        for (int i = 0; i < TURN; i++) {
            write(node, service);
        }
        return (System.nanoTime() - began) / 1e3 / TURN;
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
