package dev.corrosion.benchmarks;

import dev.corrosion.crdt.Change;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.sql.SQLException;
import java.util.List;

/** Whether memory stays flat while the same rows are written here and merged there, again and again. */
final class HeapBenchmark {

    static final String NAME = "heap";

    /** How many times more changes there are than {@code --rows}. */
    private static final int CHANGES_PER_ROW = 100;

    /** How often the heap is measured. */
    private static final int STEPS = 10;

    private static final double MIB = 1024 * 1024;
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    private final StoreOptions options;
    private final Subjects subjects;

    HeapBenchmark(StoreOptions options, Subjects subjects) {
        this.options = options;
        this.subjects = subjects;
    }

    void run(Report report) throws SQLException {
        Rows rows = new Rows(Math.min(Workload.MANY, options.rows()));
        long perStep = (long) options.rows() * CHANGES_PER_ROW / STEPS;
        double first = 0;
        double last = 0;
        try (CorrosionSubject writer = subjects.corrosion();
                CorrosionSubject reader = subjects.corrosion()) {
            Workload.INSERT_1000.run(writer, rows);
            reader.merge(writer.read(writer.version()));
            long merged = 0;
            for (int step = 1; step <= STEPS; step++) {
                while (merged < step * perStep) {
                    Workload.updateAll(writer.version()).run(writer, rows);
                    List<Change> changes = writer.read(writer.version());
                    reader.merge(changes);
                    merged += changes.size();
                }
                last = usedHeap();
                first = step == 1 ? last : first;
                report.line(NAME + "." + merged, "%.1f MiB", last / MIB);
                report.line(NAME + "." + merged + ".files", "%.1f MiB", (writer.bytes() + reader.bytes()) / MIB);
            }
        }
        subjects.clear();
        report.result(NAME + ".growth", last / first);
    }

    private static double usedHeap() {
        MEMORY.gc();
        return MEMORY.getHeapMemoryUsage().getUsed();
    }
}
