package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads changes back: what survives of them, with the values that the tables have now. Works on any connection, one
 * thread at a time; all of one call should be of one snapshot.
 */
public final class ChangeReader implements AutoCloseable {

    private final PreparedStatements statements;
    private final List<TableChanges> tables = new ArrayList<>();
    private final Unexplained unexplained;
    private final boolean parked;

    /** For each table two cursors and two searches; the rest is a handful, and the probes for what is unexplained. */
    private static final int STATEMENTS_PER_TABLE = 8;

    private ChangeReader(Connection connection, Collection<ReplicatedTable> tables) throws SQLException {
        this.statements =
                new PreparedStatements(connection, PreparedStatements.CAPACITY + STATEMENTS_PER_TABLE * tables.size());
        for (ReplicatedTable table : tables) {
            this.tables.add(new TableChanges(statements, table));
        }
        this.unexplained = Unexplained.read(statements, tables);
        try (ResultSet row =
                statements.get("SELECT 1 FROM " + Parked.TABLE + " LIMIT 1").executeQuery()) {
            this.parked = row.next();
        }
    }

    /**
     * Of a connection's snapshot; to be closed before that ends.
     *
     * @param tables the replicated tables; records of others are left out, see {@link ChangePage#complete}
     */
    public static ChangeReader of(Connection connection, Collection<ReplicatedTable> tables) throws SQLException {
        return new ChangeReader(connection, tables);
    }

    /**
     * The changes of one version from a seq on, in the order of seq, and among them those that are kept for tables and
     * columns which this database does not have. Holds no more than a page in memory.
     *
     * @param fromSeq the first seq wanted
     * @param maxBytes how large the changes may become together, by {@link Change#estimatedBytes}. The first is always
     *     in the page, and those of one seq are never torn apart: the next page begins at the last seq plus one
     */
    public ChangePage read(ActorId site, long version, long fromSeq, int maxBytes) throws SQLException {
        Long actor = number(site);
        if (actor == null) {
            return new ChangePage(List.of(), true, true);
        }
        boolean complete = unexplained.isNothingOf(actor, version);
        try (VersionCursor cursor =
                new VersionCursor(tables, parked ? statements : null, site, actor, version, fromSeq)) {
            return page(cursor, maxBytes, complete);
        }
    }

    /** The next page of what the cursor reads. */
    static ChangePage page(VersionCursor cursor, int maxBytes, boolean complete) throws SQLException {
        List<Change> changes = new ArrayList<>();
        long bytes = 0;
        for (Change change = cursor.next(); change != null; change = cursor.next()) {
            bytes += change.estimatedBytes();
            if (bytes > maxBytes && !changes.isEmpty() && !sameSeq(changes, change)) {
                return new ChangePage(changes, false, complete);
            }
            changes.add(change);
        }
        return new ChangePage(changes, true, complete);
    }

    /**
     * The lowest version of the site, from one to the other inclusive, of which a record survives, in whatever table; 0
     * if there is none. Takes no longer when millions of versions in between have been overwritten. May give one of which
     * nothing is left, if its rows still live but all their cells were overwritten one by one; reading it tells.
     */
    public long nextSurviving(ActorId site, long from, long to) throws SQLException {
        Long actor = number(site);
        long lowest = 0;
        if (actor != null) {
            List<String> clocks = new ArrayList<>(unexplained.clocks());
            if (parked) {
                clocks.add(Parked.TABLE);
            }
            for (TableChanges table : tables) {
                clocks.add(table.clock().rows());
                clocks.add(table.clock().cells());
            }
            for (String clock : clocks) {
                long next = nextSurviving(clock, actor, from, lowest == 0 ? to : lowest - 1);
                lowest = next == 0 ? lowest : next;
            }
        }
        return lowest;
    }

    private long nextSurviving(String clock, long actor, long from, long to) throws SQLException {
        PreparedStatement select = statements.get(nextSurvivingSql(clock));
        select.setLong(1, actor);
        select.setLong(2, from);
        select.setLong(3, to);
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** One step in the index, however many versions without a record lie between. */
    static String nextSurvivingSql(String clock) {
        return "SELECT version FROM " + clock + " INDEXED BY " + clock + "_version WHERE actor = ?"
                + " AND version BETWEEN ? AND ? ORDER BY version LIMIT 1";
    }

    /** All changes that survive. For tests and for looking into a database; needs memory for all of them. */
    public static List<Change> all(Connection connection, Collection<ReplicatedTable> tables) throws SQLException {
        List<Change> changes = new ArrayList<>();
        try (ChangeReader reader = of(connection, tables)) {
            for (ActorId site : reader.actors()) {
                for (long version = reader.nextSurviving(site, 0, Long.MAX_VALUE); version != 0; ) {
                    changes.addAll(
                            reader.read(site, version, 0, Integer.MAX_VALUE).changes());
                    version = reader.nextSurviving(site, version + 1, Long.MAX_VALUE);
                }
            }
        }
        return changes;
    }

    private List<ActorId> actors() throws SQLException {
        List<ActorId> actors = new ArrayList<>();
        try (ResultSet rows = statements
                .get("SELECT actor FROM __corrosion_actor ORDER BY id")
                .executeQuery()) {
            while (rows.next()) {
                actors.add(ActorId.of(rows.getBytes(1)));
            }
        }
        return actors;
    }

    private @Nullable Long number(ActorId site) throws SQLException {
        PreparedStatement select = statements.get("SELECT id FROM __corrosion_actor WHERE actor = ?");
        select.setBytes(1, site.bytes());
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? (Long) row.getLong(1) : null;
        }
    }

    private static boolean sameSeq(List<Change> changes, Change next) {
        return changes.get(changes.size() - 1).seq() == next.seq();
    }

    @Override
    public void close() throws SQLException {
        statements.close();
    }
}
