package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.RowComparison;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.crdt.RowState;
import dev.corrosion.crdt.RowView;
import dev.corrosion.ledger.ActorVersions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rows that were found to differ, until it is known why. Each is looked at twice, with a pause in between: it has
 * diverged if some part of it is the same in both looks, differs at the peer, and no version explains that. For one
 * thread at a time.
 */
final class DifferingRows {

    /** Rows of one verification that are looked at; what is beyond is left to the next one. */
    static final int MAX_ROWS = 10_000;

    /** Rows of one question. */
    static final int MAX_BATCH = 64;

    /** How often a row is looked at again while a version is known that neither node has. */
    private static final int MAX_LOOKS = 3;

    /**
     * A row.
     *
     * @param unexplained what of it differed at the first look
     * @param looks how often it was looked at
     */
    record Row(VerifiedTable table, RowKey key, Set<RowComparison.Difference> unexplained, int looks) {}

    private final Deque<Row> found = new ArrayDeque<>();
    private final Deque<Row> due = new ArrayDeque<>();
    private final Deque<Row> waiting = new ArrayDeque<>();
    private int all;

    /** A row differs; nobody has looked at it. */
    void add(VerifiedTable table, RowKey key) {
        all++;
        found.add(new Row(table, key, Set.of(), 0));
    }

    boolean isFull() {
        return all >= MAX_ROWS;
    }

    /** Whether there are rows to be looked at now. */
    boolean isReady() {
        return !found.isEmpty() || !due.isEmpty();
    }

    /** Whether there are rows to be looked at after a pause. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** The pause is over. */
    void resume() {
        due.addAll(waiting);
        waiting.clear();
    }

    /** Some rows of one table, all of them new or all of them after a pause. */
    List<Row> take() {
        Deque<Row> from = found.isEmpty() ? due : found;
        List<Row> batch = new ArrayList<>();
        Row next = from.peek();
        while (next != null
                && batch.size() < MAX_BATCH
                && (batch.isEmpty() || batch.get(0).table() == next.table())) {
            batch.add(from.remove());
            next = from.peek();
        }
        return batch;
    }

    /** Of these, no more was read: they are next. */
    void giveBack(List<Row> rows) {
        for (int i = rows.size() - 1; i >= 0; i--) {
            Row row = rows.get(i);
            (row.looks() == 0 ? found : due).push(row);
        }
    }

    /** Looks at rows as both nodes have them; returns those of this node that have diverged, beyond doubt. */
    List<Row> look(
            List<Row> rows,
            Map<ActorId, ActorVersions> holds,
            List<RowState> mine,
            Map<ActorId, ActorVersions> theirHolds,
            List<RowState> theirs) {
        List<Row> diverged = new ArrayList<>();
        boolean inTheDark = RowComparison.lackTheSame(holds, theirHolds);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            Set<RowComparison.Difference> now = new HashSet<>(RowComparison.unexplained(
                    RowComparison.differences(row.table().name(), mine.get(i), theirs.get(i)),
                    new RowView(mine.get(i), holds),
                    new RowView(theirs.get(i), theirHolds)));
            if (row.looks() > 0) {
                now.retainAll(row.unexplained());
            }
            if (now.isEmpty()) {
                continue;
            }
            if (row.looks() == 0 || (inTheDark && row.looks() < MAX_LOOKS)) {
                waiting.add(new Row(row.table(), row.key(), now, row.looks() + 1));
            } else if (inTheDark) {
                row.table().undecided(1);
            } else {
                diverged.add(row);
            }
        }
        return diverged;
    }
}
