package dev.corrosion.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the changes of one database, version by version, and merges them into another. */
final class MergeBenchmark {

    private static final String NEW = "merge-new";
    private static final String AGAIN = "merge-again";
    private static final String WINNING = "merge-winning";
    private static final String READ = "read-changes";

    /** One for each column that is not the key. */
    private static final int CHANGES_PER_ROW = 4;

    private final StoreOptions options;
    private final Subjects subjects;
    private final Rows rows;
    private final Comparison comparison = new Comparison();

    MergeBenchmark(StoreOptions options, Subjects subjects) {
        this.options = options;
        this.subjects = subjects;
        this.rows = new Rows(Math.max(1, options.rows() / CHANGES_PER_ROW));
    }

    static List<String> names() {
        return List.of(NEW, AGAIN, WINNING, READ);
    }

    void run(Report report) throws SQLException {
        Map<Kind, Source<?>> sources = new LinkedHashMap<>();
        try {
            for (Kind kind : subjects.kinds(0)) {
                if (kind == Kind.CORROSION) {
                    sources.put(kind, new Source<>(kind, subjects.corrosion(), subjects::corrosion));
                } else if (kind == Kind.CRSQLITE) {
                    sources.put(kind, new Source<>(kind, subjects.crSqlite(), subjects::crSqlite));
                }
            }
            for (int round = -StoreOptions.WARM_UP_ROUNDS; round < options.rounds(); round++) {
                for (Kind kind : subjects.kinds(round)) {
                    Source<?> source = sources.get(kind);
                    if (source != null) {
                        source.round(round >= 0);
                    }
                }
            }
        } finally {
            for (Source<?> source : sources.values()) {
                source.subject.close();
            }
        }
        subjects.clear();
        comparison.report(report);
    }

    /** Makes an empty database. */
    private interface Factory<C> {
        ReplicatedSubject<C> make() throws SQLException;
    }

    /** Where the changes come from: each column of each row was inserted and then updated. */
    private final class Source<C> {

        private final Kind kind;
        private final ReplicatedSubject<C> subject;
        private final Factory<C> targets;
        private final List<List<C>> inserts;
        private final List<List<C>> updates;
        private final long firstUpdate;

        Source(Kind kind, ReplicatedSubject<C> subject, Factory<C> targets) throws SQLException {
            this.kind = kind;
            this.subject = subject;
            this.targets = targets;
            Workload.INSERT_1000.run(subject, rows);
            this.inserts = read(1);
            this.firstUpdate = subject.version() + 1;
            Workload.updateAll(1).run(subject, rows);
            this.updates = read(firstUpdate);
        }

        /** All versions from one on. */
        private List<List<C>> read(long from) throws SQLException {
            List<List<C>> versions = new ArrayList<>();
            long found = 0;
            for (long version = from; version <= subject.version(); version++) {
                List<C> changes = subject.read(version);
                versions.add(changes);
                found += changes.size();
            }
            if (found != changes()) {
                throw new IllegalStateException(found + " changes were read where " + changes() + " were written");
            }
            return versions;
        }

        private long changes() {
            return (long) rows.size() * CHANGES_PER_ROW;
        }

        void round(boolean counts) throws SQLException {
            try (ReplicatedSubject<C> target = targets.make()) {
                measure(NEW, counts, () -> merge(target, inserts));
                measure(AGAIN, counts, () -> merge(target, inserts));
                measure(WINNING, counts, () -> merge(target, updates));
            }
            measure(READ, counts, () -> read(firstUpdate));
        }

        private void merge(ReplicatedSubject<C> target, List<List<C>> versions) throws SQLException {
            for (List<C> changes : versions) {
                target.merge(changes);
            }
        }

        private void measure(String name, boolean counts, Cost.Work work) throws SQLException {
            Cost cost = Cost.of(changes(), work);
            if (counts && options.wants(name)) {
                comparison.add(name, kind, cost);
            }
        }
    }
}
