package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.crdt.TouchedRows;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.query.Cause;
import dev.corrosion.query.ChangedRows;
import dev.corrosion.store.PreparedStatements;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From commits to changed rows. The writer only notes what it has committed; which rows that were is read later, from the
 * clocks, in the snapshot in which the queries are brought up to date.
 */
final class ChangeFeed {

    /** Ranges of versions that wait; more become "any row of these tables". */
    static final int MAX_WAITING = 10_000;

    /** Records of one table that are read for one range of versions; more become "any row of this table". */
    static final int MAX_RECORDS = 10_000;

    /** What kept changes may take together; of more, the rows are looked up. */
    static final int MAX_KEPT_BYTES = 4 << 20;

    /** @param changes all of the one version that it is, empty if they are not at hand */
    private record Step(@Nullable ActorId actor, long first, long last, Set<String> tables, List<Change> changes) {

        boolean isFollowedBy(Step next) {
            return actor != null && actor.equals(next.actor) && next.first == last + 1;
        }

        Step with(Step next) {
            Set<String> both = tables;
            if (!tables.equals(next.tables)) {
                both = new HashSet<>(tables);
                both.addAll(next.tables);
            }
            return new Step(actor, first, next.last, both, List.of());
        }
    }

    private final Supplier<? extends Iterable<ReplicatedTable>> tables;
    private final LongSupplier clock;
    private final TouchedRows touched = new TouchedRows();
    private volatile boolean replaced;

    /** Guarded by this. */
    private List<Step> waiting = new ArrayList<>();

    /** Guarded by this: what is kept of those that wait. */
    private int keptBytes;

    /** When the first of them was committed. */
    private long since;

    /**
     * Without any commit yet.
     *
     * @param tables all replicated ones
     * @param clock monotonic nanoseconds
     */
    ChangeFeed(Supplier<? extends Iterable<ReplicatedTable>> tables, LongSupplier clock) {
        this.tables = tables;
        this.clock = clock;
    }

    /** In the order of the commits; on the writer thread, as part of the commit. */
    synchronized void committed(Commit commit) {
        commit.versions().forEach((actor, ranges) -> {
            for (VersionRange range : ranges) {
                add(new Step(actor, range.first(), range.last(), commit.tables(), kept(commit.changes())));
            }
        });
        if (!commit.whole().isEmpty()) {
            add(new Step(null, 0, 0, commit.whole(), List.of()));
        }
    }

    private List<Change> kept(List<Change> changes) {
        int bytes = changes.stream().mapToInt(Change::estimatedBytes).sum();
        if (keptBytes + bytes > MAX_KEPT_BYTES) {
            return List.of();
        }
        keptBytes += bytes;
        return changes;
    }

    private void add(Step step) {
        if (step.tables().isEmpty()) {
            return;
        }
        if (waiting.isEmpty()) {
            since = clock.getAsLong();
        }
        if (waiting.size() == MAX_WAITING) {
            Set<String> all = new HashSet<>();
            waiting.forEach(known -> all.addAll(known.tables()));
            waiting.clear();
            keptBytes = 0;
            waiting.add(new Step(null, 0, 0, all, List.of()));
        }
        waiting.add(step);
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /** What was committed since the last time. To be called between two commits. */
    synchronized Batch take() {
        Batch batch = new Batch(waiting, keptBytes, since);
        waiting = new ArrayList<>();
        keptBytes = 0;
        return batch;
    }

    /** What was taken and not used: it comes before all that waits. */
    synchronized void putBack(Batch batch) {
        List<Step> later = waiting;
        waiting = new ArrayList<>();
        keptBytes += batch.keptBytes;
        batch.steps.forEach(this::add);
        later.forEach(this::add);
        if (!batch.isEmpty()) {
            since = batch.since;
        }
    }

    /** Some commits, one after the other. */
    final class Batch {

        private final List<Step> steps;
        private final int keptBytes;
        private final long since;

        private Batch(List<Step> steps, int keptBytes, long since) {
            this.steps = steps;
            this.keptBytes = keptBytes;
            this.since = since;
        }

        boolean isEmpty() {
            return steps.isEmpty();
        }

        /** When the first of them was committed. */
        long since() {
            return since;
        }

        /**
         * What they have changed of some tables.
         *
         * @param statements of a connection that sees these commits and no later one
         * @param wanted only of these tables
         * @param updates gets the rows of the tables that it wants
         */
        ChangedRows read(PreparedStatements statements, Readers wanted, TableUpdates.Collected updates)
                throws SQLException {
            if (replaced) {
                replaced = false;
                touched.forget();
            }
            Reading reading = new Reading(statements, wanted, updates);
            int next;
            for (int begin = 0; begin < steps.size(); begin = next) {
                Step run = steps.get(begin);
                for (next = begin + 1; next < steps.size() && run.isFollowedBy(steps.get(next)); next++) {
                    run = run.with(steps.get(next));
                }
                reading.read(run, steps.subList(begin, next));
            }
            return reading.changed.build();
        }

        /** The rows that were written, if that is known without reading; else null. */
        @Nullable WrittenRows rows() {
            WrittenRows rows = new WrittenRows(tables.get());
            for (Step step : steps) {
                if (step.changes().isEmpty() || !rows.add(step.changes())) {
                    return null;
                }
            }
            return rows;
        }

        /** All that may have changed. */
        Set<String> tables() {
            Set<String> all = new TreeSet<>();
            steps.forEach(step -> all.addAll(step.tables()));
            return all;
        }
    }

    /** Finds out what steps have changed. */
    private final class Reading implements TouchedRows.Visitor {

        private final PreparedStatements statements;
        private final Readers wanted;
        private final TableUpdates.Collected updates;
        private final ChangedRows.Builder changed = new ChangedRows.Builder();

        /** Whose versions are being read. */
        private @Nullable ActorId reading;

        Reading(PreparedStatements statements, Readers wanted, TableUpdates.Collected updates) {
            this.statements = statements;
            this.wanted = wanted;
            this.updates = updates;
        }

        /**
         * Steps that follow one another are read as one, which is much cheaper, unless that is too much at a time.
         *
         * @param run all of them
         */
        void read(Step run, List<Step> steps) throws SQLException {
            ActorId actor = run.actor();
            if (actor == null) {
                run.tables().forEach(table -> any(table.toLowerCase(Locale.ROOT), null));
                return;
            }
            List<ReplicatedTable> more = visit(actor, run);
            if (more.isEmpty()) {
                return;
            }
            for (Step step : steps) {
                Cause cause = new Cause(actor, step.last());
                (steps.size() == 1 ? more : visit(actor, step)).forEach(table -> any(name(table), cause));
            }
        }

        /** Returns the tables of which there is more. */
        private List<ReplicatedTable> visit(ActorId actor, Step step) throws SQLException {
            List<ReplicatedTable> read = new ArrayList<>();
            for (ReplicatedTable table : tables.get()) {
                String name = name(table);
                if (step.tables().contains(table.name()) && (wanted.read(name) || updates.wants(name))) {
                    read.add(table);
                }
            }
            reading = actor;
            return read.isEmpty()
                    ? read
                    : touched.visit(statements, read, actor, step.first(), step.last(), MAX_RECORDS, this);
        }

        private Cause cause(long version) {
            return new Cause(Objects.requireNonNull(reading), version);
        }

        @Override
        public void row(ReplicatedTable table, List<@Nullable Object> key, long version) {
            Cause cause = cause(version);
            changed.row(name(table), key, cause);
            updates.row(table, name(table), key, cause);
        }

        @Override
        public void cell(ReplicatedTable table, List<@Nullable Object> key, String column, long version) {
            Cause cause = cause(version);
            changed.updated(name(table), key, List.of(column), cause);
            updates.row(table, name(table), key, cause);
        }

        private void any(String table, @Nullable Cause cause) {
            if (wanted.read(table)) {
                changed.all(table, cause);
            }
            updates.any(table, cause);
        }
    }

    /** As tables are known by here. */
    static String name(ReplicatedTable table) {
        return table.name().toLowerCase(Locale.ROOT);
    }

    /** The database is another one: actors have other numbers there. Any thread. */
    void contentReplaced() {
        replaced = true;
    }
}
