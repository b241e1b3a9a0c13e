package dev.corrosion.subscription;

import dev.corrosion.ActorId;
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
import java.util.Set;
import java.util.TreeSet;
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

    private record Step(@Nullable ActorId actor, long first, long last, Set<String> tables) {}

    private final Supplier<? extends Iterable<ReplicatedTable>> tables;
    private final TouchedRows touched = new TouchedRows();
    private volatile boolean replaced;

    /** Guarded by this. */
    private List<Step> waiting = new ArrayList<>();

    /** @param tables all replicated ones */
    ChangeFeed(Supplier<? extends Iterable<ReplicatedTable>> tables) {
        this.tables = tables;
    }

    /** In the order of the commits; on the writer thread, as part of the commit. */
    synchronized void committed(Commit commit) {
        commit.versions().forEach((actor, ranges) -> {
            for (VersionRange range : ranges) {
                add(new Step(actor, range.first(), range.last(), commit.tables()));
            }
        });
        if (!commit.whole().isEmpty()) {
            add(new Step(null, 0, 0, commit.whole()));
        }
    }

    private void add(Step step) {
        if (step.tables().isEmpty()) {
            return;
        }
        if (waiting.size() == MAX_WAITING) {
            Set<String> all = new HashSet<>();
            waiting.forEach(known -> all.addAll(known.tables()));
            waiting.clear();
            waiting.add(new Step(null, 0, 0, all));
        }
        waiting.add(step);
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What was committed since the last time. To be called between two commits. */
    synchronized Batch take() {
        Batch batch = new Batch(waiting);
        waiting = new ArrayList<>();
        return batch;
    }

    /** Some commits, one after the other. */
    final class Batch {

        private final List<Step> steps;

        private Batch(List<Step> steps) {
            this.steps = steps;
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
            ChangedRows.Builder changed = new ChangedRows.Builder();
            for (Step step : steps) {
                ActorId actor = step.actor();
                if (actor == null) {
                    for (String table : step.tables()) {
                        any(table.toLowerCase(Locale.ROOT), null, wanted, changed, updates);
                    }
                } else {
                    read(statements, wanted, step, actor, changed, updates);
                }
            }
            return changed.build();
        }

        /** All that may have changed. */
        Set<String> tables() {
            Set<String> all = new TreeSet<>();
            steps.forEach(step -> all.addAll(step.tables()));
            return all;
        }

        private void read(
                PreparedStatements statements,
                Readers wanted,
                Step step,
                ActorId actor,
                ChangedRows.Builder changed,
                TableUpdates.Collected updates)
                throws SQLException {
            List<ReplicatedTable> read = new ArrayList<>();
            for (ReplicatedTable table : tables.get()) {
                String name = name(table);
                if (step.tables().contains(table.name()) && (wanted.read(name) || updates.wants(name))) {
                    read.add(table);
                }
            }
            if (read.isEmpty()) {
                return;
            }
            Cause cause = new Cause(actor, step.last());
            List<ReplicatedTable> more = touched.visit(
                    statements, read, actor, step.first(), step.last(), MAX_RECORDS, new TouchedRows.Visitor() {
                        @Override
                        public void row(ReplicatedTable table, List<@Nullable Object> key) {
                            changed.row(name(table), key, cause);
                            updates.row(table, name(table), key, cause);
                        }

                        @Override
                        public void cell(ReplicatedTable table, List<@Nullable Object> key, String column) {
                            changed.updated(name(table), key, List.of(column), cause);
                            updates.row(table, name(table), key, cause);
                        }
                    });
            more.forEach(table -> any(name(table), cause, wanted, changed, updates));
        }

        private static void any(
                String table,
                @Nullable Cause cause,
                Readers wanted,
                ChangedRows.Builder changed,
                TableUpdates.Collected updates) {
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
