package dev.corrosion.benchmarks;

import dev.corrosion.Statement;
import dev.corrosion.Synchronous;
import dev.corrosion.benchmarks.Rows.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Transactions of one row through the writer thread, each thread waiting for its commit before the next write. */
final class WritersBenchmark {

    static final String NAME = "writers";

    /** How many threads write at the same time. */
    private static final int MANY = 8;

    /** Which part of the rows is written: what waits for a disk takes long. */
    private static final int TRANSACTIONS_PART = 20;

    private static final String INSERT = "INSERT INTO services (id, name, addr, port, meta) VALUES (?, ?, ?, ?, ?)";

    private final StoreOptions options;
    private final Subjects subjects;
    private final Rows rows;

    WritersBenchmark(StoreOptions options, Subjects subjects) {
        this.options = options;
        this.subjects = subjects;
        this.rows = new Rows(Math.max(MANY, options.rows() / TRANSACTIONS_PART));
    }

    void run(Report report) throws InterruptedException, ExecutionException {
        Map<Synchronous, List<Double>> one = new EnumMap<>(Synchronous.class);
        Map<Synchronous, List<Double>> many = new EnumMap<>(Synchronous.class);
        for (int round = -StoreOptions.WARM_UP_ROUNDS; round < options.rounds(); round++) {
            for (Synchronous synchronous : Synchronous.values()) {
                double rateOfOne = rate(synchronous, 1);
                double rateOfMany = rate(synchronous, MANY);
                if (round >= 0) {
                    one.computeIfAbsent(synchronous, any -> new ArrayList<>()).add(rateOfOne);
                    many.computeIfAbsent(synchronous, any -> new ArrayList<>()).add(rateOfMany);
                }
            }
        }
        for (Synchronous synchronous : Synchronous.values()) {
            double rateOfOne = Report.median(one.getOrDefault(synchronous, List.of()));
            double rateOfMany = Report.median(many.getOrDefault(synchronous, List.of()));
            String name = "writers-" + MANY + "." + label(synchronous);
            report.line("writers-1." + label(synchronous) + ".rate", "%.0f/s", rateOfOne);
            report.line(name + ".rate", "%.0f/s", rateOfMany);
            report.line(name + ".gain", "x%.2f", rateOfMany / rateOfOne);
            report.result(name + ".rate", rateOfMany);
            report.result(name + ".ratio", rateOfMany / rateOfOne);
        }
    }

    /** Commits per second. */
    private static String label(Synchronous synchronous) {
        return synchronous.name().toLowerCase(Locale.ROOT);
    }

    private double rate(Synchronous synchronous, int threads) throws InterruptedException, ExecutionException {
        double rate;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (LocalNode node = new LocalNode(subjects.newFile(), synchronous)) {
            AtomicInteger next = new AtomicInteger();
            List<Future<?>> writers = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < threads; i++) {
                writers.add(pool.submit(() -> writeAll(node, next)));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            rate = rows.size() * 1e9 / (System.nanoTime() - start);
        } finally {
            pool.shutdownNow();
        }
        subjects.clear();
        return rate;
    }

    private void writeAll(LocalNode node, AtomicInteger next) {
        for (int i = next.getAndIncrement(); i < rows.size(); i = next.getAndIncrement()) {
            Row row = rows.all().get(i);
            node.write(Statement.of(INSERT, row.id(), row.name(), row.addr(), row.port(), row.meta()))
                    .join();
        }
    }
}
