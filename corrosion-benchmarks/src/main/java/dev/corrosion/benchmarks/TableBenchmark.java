package dev.corrosion.benchmarks;

import dev.corrosion.benchmarks.Rows.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes to the table and reads from it; each round goes through all of them with new files. */
final class TableBenchmark {

    static final String FILE_SIZE = "file-size";
    static final String SELECT_POINT = "select-point";
    static final String SELECT_SCAN = "select-scan";

    private static final List<Workload> SMALL = List.of(Workload.INSERT_1, Workload.UPDATE_1);
    private static final List<Workload> LARGE = List.of(
            Workload.INSERT_1000,
            Workload.UPSERT_1000,
            Workload.UPDATE_1000,
            Workload.UPDATE_1000_ORDERED,
            Workload.DELETE_1000_UPDATED);
    private static final List<Workload> DELETES = List.of(Workload.DELETE_1000, Workload.DELETE_1000_SHUFFLED);

    private final StoreOptions options;
    private final Subjects subjects;
    private final Rows rows;
    private final Rows firstHalf;
    private final Rows secondHalf;
    private final Rows singles;

    private final Comparison comparison = new Comparison();
    private final Map<Kind, List<Double>> sizes = new EnumMap<>(Kind.class);
    private int round;

    TableBenchmark(StoreOptions options, Subjects subjects) {
        this.options = options;
        this.subjects = subjects;
        this.rows = new Rows(options.rows());
        this.firstHalf = rows.part(0, rows.size() / 2);
        this.secondHalf = rows.part(rows.size() / 2, rows.size());
        this.singles = new Rows(options.singles());
    }

    static List<String> writes() {
        List<String> names = new ArrayList<>();
        SMALL.forEach(workload -> names.add(workload.name()));
        LARGE.forEach(workload -> names.add(workload.name()));
        DELETES.forEach(workload -> names.add(workload.name()));
        names.add(FILE_SIZE);
        return names;
    }

    static List<String> reads() {
        return List.of(SELECT_POINT, SELECT_SCAN);
    }

    void run(Report report) throws SQLException {
        for (round = -StoreOptions.WARM_UP_ROUNDS; round < options.rounds(); round++) {
            if (SMALL.stream().anyMatch(this::wants)) {
                session(this::smallTransactions);
            }
            if (LARGE.stream().anyMatch(this::wants)
                    || options.wantsAny(List.of(FILE_SIZE))
                    || options.wantsAny(reads())) {
                session(this::largeTransactions);
            }
            if (DELETES.stream().anyMatch(this::wants)) {
                session(this::deletes);
            }
        }
        comparison.report(report);
        reportSizes(report);
    }

    private boolean wants(Workload workload) {
        return options.wants(workload.name());
    }

    private interface Session {
        void run(Map<Kind, Subject> all) throws SQLException;
    }

    private void session(Session session) throws SQLException {
        Map<Kind, Subject> all = new LinkedHashMap<>();
        try {
            for (Kind kind : subjects.kinds(round)) {
                all.put(kind, subjects.open(kind));
            }
            session.run(all);
        } finally {
            for (Subject subject : all.values()) {
                subject.close();
            }
        }
        subjects.clear();
    }

    private void smallTransactions(Map<Kind, Subject> all) throws SQLException {
        write(all, Workload.INSERT_1, singles);
        writeIfWanted(all, Workload.UPDATE_1, singles);
    }

    private void largeTransactions(Map<Kind, Subject> all) throws SQLException {
        write(all, Workload.INSERT_1000, rows);
        for (Map.Entry<Kind, Subject> one : all.entrySet()) {
            double bytes = one.getValue().bytes();
            if (round >= 0) {
                sizes.computeIfAbsent(one.getKey(), any -> new ArrayList<>()).add(bytes);
            }
        }
        if (options.wants(SELECT_POINT)) {
            measure(all, SELECT_POINT, rows.size(), this::selectPoints);
        }
        if (options.wants(SELECT_SCAN)) {
            measure(all, SELECT_SCAN, rows.size(), this::scan);
        }
        // before the updates, since it sets everything but the name to what it was
        writeIfWanted(all, Workload.UPSERT_1000, rows);
        writeIfWanted(all, Workload.UPDATE_1000, rows);
        writeIfWanted(all, Workload.UPDATE_1000_ORDERED, rows);
        writeIfWanted(all, Workload.DELETE_1000_UPDATED, rows);
    }

    /** Of rows that were never updated, as in a table that has only grown. */
    private void deletes(Map<Kind, Subject> all) throws SQLException {
        for (Subject subject : all.values()) {
            Workload.INSERT_1000.run(subject, rows);
        }
        writeIfWanted(all, Workload.DELETE_1000, firstHalf);
        writeIfWanted(all, Workload.DELETE_1000_SHUFFLED, secondHalf);
    }

    private interface Step {
        void run(Subject subject) throws SQLException;
    }

    private void writeIfWanted(Map<Kind, Subject> all, Workload workload, Rows rows) throws SQLException {
        if (wants(workload)) {
            write(all, workload, rows);
        }
    }

    private void write(Map<Kind, Subject> all, Workload workload, Rows rows) throws SQLException {
        measure(all, workload.name(), rows.size(), subject -> workload.run(subject, rows));
    }

    private void measure(Map<Kind, Subject> all, String name, int items, Step step) throws SQLException {
        for (Map.Entry<Kind, Subject> one : all.entrySet()) {
            Subject subject = one.getValue();
            Cost cost = Cost.of(items, () -> step.run(subject));
            if (round >= 0 && options.wants(name)) {
                comparison.add(name, one.getKey(), cost);
            }
        }
    }

    private void selectPoints(Subject subject) throws SQLException {
        PreparedStatement select = subject.statement("SELECT name, addr, port, meta FROM services WHERE id = ?");
        for (Row row : rows.shuffled()) {
            select.setString(1, row.id());
            if (read(select) != 1) {
                throw new IllegalStateException("there is no row " + row.id());
            }
        }
    }

    private void scan(Subject subject) throws SQLException {
        if (read(subject.statement("SELECT name, addr, port, meta FROM services")) != rows.size()) {
            throw new IllegalStateException("there are rows missing");
        }
    }

    private static int read(PreparedStatement select) throws SQLException {
        int count = 0;
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                for (int i = 1; i <= 4; i++) {
                    found.getObject(i);
                }
                count++;
            }
        }
        return count;
    }

    private void reportSizes(Report report) {
        List<Double> plain = sizes.get(Kind.PLAIN);
        if (plain == null || !options.wants(FILE_SIZE)) {
            return;
        }
        sizes.forEach((kind, bytes) -> {
            String subject = FILE_SIZE + "." + kind.label();
            report.line(subject, "%.0f bytes", Report.median(bytes));
            if (kind != Kind.PLAIN) {
                double ratio = Report.median(bytes) / Report.median(plain);
                report.line(subject + ".ratio", "x%.2f", ratio);
                if (kind == Kind.CORROSION) {
                    report.result(FILE_SIZE + ".ratio", ratio);
                }
            }
        });
    }
}
