package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one version in the order of their seqs, merged from the clocks of all tables, each of which is read in
 * that order; so no more is held than what the next few seqs need.
 */
final class VersionCursor implements AutoCloseable {

    private final ActorId site;
    private final long version;
    private final long fromSeq;
    private final List<Source> all = new ArrayList<>();
    private final PriorityQueue<Source> sources = new PriorityQueue<>(Comparator.comparingLong(Source::lowest));
    private final PriorityQueue<Change> pending = new PriorityQueue<>(Comparator.comparingLong(Change::seq));

    VersionCursor(Collection<TableChanges> tables, ActorId site, long actor, long version, long fromSeq)
            throws SQLException {
        this.site = site;
        this.version = version;
        this.fromSeq = fromSeq;
        for (TableChanges table : tables) {
            add(new Source(table, true, table.rows(actor, version, fromSeq)));
            add(new Source(table, false, table.cells(actor, version, fromSeq)));
        }
    }

    private void add(Source source) throws SQLException {
        all.add(source);
        if (source.advance()) {
            sources.add(source);
        }
    }

    /** The next change; null if there is none. */
    @Nullable Change next() throws SQLException {
        while (!sources.isEmpty()
                && (pending.isEmpty() || pending.peek().seq() >= sources.peek().lowest())) {
            Source source = sources.poll();
            for (Change change : source.changes()) {
                if (change.seq() >= fromSeq) {
                    pending.add(change);
                }
            }
            if (source.advance()) {
                sources.add(source);
            }
        }
        return pending.poll();
    }

    @Override
    public void close() throws SQLException {
        for (Source source : all) {
            source.rows.close();
        }
    }

    /** One clock table, at a row that is not read yet. */
    private final class Source {

        private final TableChanges table;
        private final boolean byRow;
        private final ResultSet rows;
        private long lowest;

        Source(TableChanges table, boolean byRow, ResultSet rows) {
            this.table = table;
            this.byRow = byRow;
            this.rows = rows;
        }

        /** No change of this row or a later one has a lower seq. */
        long lowest() {
            return lowest;
        }

        boolean advance() throws SQLException {
            if (!rows.next()) {
                return false;
            }
            // A row's stamp may stand for a sentinel that was recorded just before.
            lowest = byRow ? table.rowSeq(rows) - 1 : table.cellSeq(rows);
            return true;
        }

        Collection<Change> changes() throws SQLException {
            if (byRow) {
                return table.ofRow(rows, site, version);
            }
            ArrayDeque<Change> one = new ArrayDeque<>(1);
            Change change = table.ofCell(rows, site, version);
            if (change != null) {
                one.add(change);
            }
            return one;
        }
    }
}
