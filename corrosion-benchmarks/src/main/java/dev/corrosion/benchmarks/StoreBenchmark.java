package dev.corrosion.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that is measured of the store. */
final class StoreBenchmark {

    private final StoreOptions options;
    private final Report report;

    StoreBenchmark(StoreOptions options, Report report) {
        this.options = options;
        this.report = report;
    }

    /** The benchmarks that a name stands for. */
    static Set<String> named(String name) {
        List<String> section =
                switch (name) {
                    case "writes" -> TableBenchmark.writes();
                    case "reads" -> TableBenchmark.reads();
                    case "merge" -> MergeBenchmark.names();
                    default -> List.of(name);
                };
        if (section.size() == 1 && !all().contains(name)) {
            throw new UsageException("--only: there is no benchmark " + name);
        }
        return Set.copyOf(section);
    }

    private static Set<String> all() {
        return Stream.of(
                        TableBenchmark.writes(),
                        TableBenchmark.reads(),
                        MergeBenchmark.names(),
                        List.of(WritersBenchmark.NAME, HeapBenchmark.NAME))
                .flatMap(List::stream)
                .collect(Collectors.toSet());
    }

    void run() throws IOException, SQLException, InterruptedException, ExecutionException {
        report.line(
                "environment",
                "Java %s, %s %s, %d processors",
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
        report.line("rows", "%d", options.rows());
        report.line("rounds", "%d", options.rounds());
        report.line("wal-pages", "%d", options.walPages());
        try (Subjects subjects = new Subjects(options.walPages(), options.crSqlite())) {
            if (options.wantsAny(TableBenchmark.writes()) || options.wantsAny(TableBenchmark.reads())) {
                new TableBenchmark(options, subjects).run(report);
            }
            if (options.wantsAny(MergeBenchmark.names())) {
                new MergeBenchmark(options, subjects).run(report);
            }
            if (options.wants(WritersBenchmark.NAME)) {
                new WritersBenchmark(options, subjects).run(report);
            }
            if (options.wants(HeapBenchmark.NAME)) {
                new HeapBenchmark(options, subjects).run(report);
            }
        }
        report.targets(Target.STORE);
    }
}
