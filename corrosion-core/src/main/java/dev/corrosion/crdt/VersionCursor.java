package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import java.sql.ResultSet;
import java.sql.SQLException;
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

    private final long fromSeq;
    private final List<Source> all = new ArrayList<>();
    private final PriorityQueue<Source> sources = new PriorityQueue<>(Comparator.comparingLong(Source::lowest));
    private final PriorityQueue<Change> pending = new PriorityQueue<>(Comparator.comparingLong(Change::seq));

    VersionCursor(Collection<TableChanges> tables, ActorId site, long actor, long version, long fromSeq)
            throws SQLException {
        this(tables, null, site, actor, version, fromSeq);
    }

    /** @param parked if changes that are kept for unknown tables and columns are wanted, too */
    VersionCursor(
            Collection<TableChanges> tables,
            @Nullable PreparedStatements parked,
            ActorId site,
            long actor,
            long version,
            long fromSeq)
            throws SQLException {
        this.fromSeq = fromSeq;
        try {
            open(tables, parked, site, actor, version);
        } catch (Throwable e) {
            closeAfter(e);
            throw e;
        }
    }

    private void open(
            Collection<TableChanges> tables,
            @Nullable PreparedStatements parked,
            ActorId site,
            long actor,
            long version)
            throws SQLException {
        for (TableChanges table : tables) {
            add(new Source(table.rows(actor, version, fromSeq)) {
                @Override
                long lowestSeq() throws SQLException {
                    return table.rowSeq(rows) - 1; // it may stand for a sentinel that was recorded just before
                }

                @Override
                List<Change> changes() throws SQLException {
                    return table.ofRow(rows, site, version);
                }
            });
            add(new Source(table.cells(actor, version, fromSeq)) {
                @Override
                long lowestSeq() throws SQLException {
                    return table.cellSeq(rows);
                }

                @Override
                List<Change> changes() throws SQLException {
                    Change change = table.ofCell(rows, site, version);
                    return change == null ? List.of() : List.of(change);
                }
            });
        }
        if (parked != null) {
            add(new Source(Parked.ofVersion(parked, actor, version, fromSeq)) {
                @Override
                long lowestSeq() throws SQLException {
                    return Parked.seq(rows);
                }

                @Override
                List<Change> changes() throws SQLException {
                    Change change = Parked.read(rows);
                    return isOfAnEarlierLife(tables, change) ? List.of() : List.of(change);
                }
            });
        }
    }

    /** A change of an unknown column is kept when its row is deleted; it must not bring the row back elsewhere. */
    private static boolean isOfAnEarlierLife(Collection<TableChanges> tables, Change change) throws SQLException {
        for (TableChanges table : tables) {
            if (table.name().equals(change.table())) {
                return table.causalLength(change.pk()) > change.cl();
            }
        }
        return false;
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

    /** A result that stays open would keep an interrupt alive, and then nothing works, not even a rollback. */
    private void closeAfter(Throwable cause) {
        try {
            close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() throws SQLException {
        SQLException failure = null;
        for (Source source : all) {
            try {
                source.rows.close();
            } catch (SQLException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** One ordered sequence of records, at one that is not read yet. */
    private abstract static class Source {

        final ResultSet rows;
        private long lowest;

        Source(ResultSet rows) {
            this.rows = rows;
        }

        /** No change of this record or a later one has a lower seq. */
        abstract long lowestSeq() throws SQLException;

        /** What the record stands for. */
        abstract List<Change> changes() throws SQLException;

        long lowest() {
            return lowest;
        }

        boolean advance() throws SQLException {
            if (!rows.next()) {
                return false;
            }
            lowest = lowestSeq();
            return true;
        }
    }
}
