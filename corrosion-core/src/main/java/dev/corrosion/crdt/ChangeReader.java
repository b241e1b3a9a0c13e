package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.SqlValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads changes back: what survives of them, with the values that the tables have now. Works on any connection; all of
 * one call should be of one snapshot.
 */
public final class ChangeReader {

    private static final String SELECT = "SELECT c.row, r.tbl, r.pk, c.cid, c.col_version, c.db_version, a.actor,"
            + " coalesce(s.col_version, 1), c.seq, c.ts FROM __corrosion_cell c"
            + " JOIN __corrosion_row r ON r.id = c.row JOIN __corrosion_actor a ON a.id = c.actor"
            + " LEFT JOIN __corrosion_cell s ON s.row = c.row AND s.cid = '" + Change.SENTINEL + "'";

    private static final String NUMBER_OF_ACTOR = "(SELECT id FROM __corrosion_actor WHERE actor = ?)";

    private static final String OF_VERSION = " WHERE c.actor = " + NUMBER_OF_ACTOR + " AND c.db_version = ?";

    /** One step in the index, however many versions without a record lie between. */
    static final String NEXT_SURVIVING = "SELECT db_version FROM __corrosion_cell WHERE actor = " + NUMBER_OF_ACTOR
            + " AND db_version BETWEEN ? AND ? ORDER BY db_version LIMIT 1";

    private ChangeReader() {}

    /**
     * The changes of one version from a seq on, in the order of seq.
     *
     * @param tables the replicated tables; records of others are left out, see {@link ChangePage#complete}
     * @param fromSeq the first seq wanted
     * @param maxBytes how large the changes may become together, by {@link Change#estimatedBytes}. The first is always
     *     in the page, and those of one seq are never torn apart: the next page begins at the last seq plus one
     */
    public static ChangePage read(
            Connection connection,
            Collection<ReplicatedTable> tables,
            ActorId site,
            long version,
            long fromSeq,
            int maxBytes)
            throws SQLException {
        List<Change> changes = new ArrayList<>();
        boolean complete = true;
        long bytes = 0;
        try (PreparedStatement select = connection.prepareStatement(
                        SELECT + OF_VERSION + " AND c.seq >= ? ORDER BY c.seq, c.row, c.cid");
                Values values = new Values(connection, tables)) {
            select.setBytes(1, site.bytes());
            select.setLong(2, version);
            select.setLong(3, fromSeq);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Change change = values.change(rows);
                    if (change == null) {
                        complete = false;
                        continue;
                    }
                    bytes += change.estimatedBytes();
                    if (bytes > maxBytes && !changes.isEmpty() && !sameSeq(changes, change)) {
                        return new ChangePage(changes, false, complete && explained(connection, tables, site, version));
                    }
                    changes.add(change);
                }
            }
        }
        // From the first seq to the last, the loop has seen the whole version.
        boolean seenAll = fromSeq == 0;
        return new ChangePage(changes, true, complete && (seenAll || explained(connection, tables, site, version)));
    }

    /** Whether all records of the version belong to the tables and their columns. */
    private static boolean explained(
            Connection connection, Collection<ReplicatedTable> tables, ActorId site, long version) throws SQLException {
        Map<Long, ReplicatedTable> known = byId(tables);
        try (PreparedStatement select =
                connection.prepareStatement("SELECT DISTINCT r.tbl, c.cid FROM __corrosion_cell c"
                        + " JOIN __corrosion_row r ON r.id = c.row" + OF_VERSION)) {
            select.setBytes(1, site.bytes());
            select.setLong(2, version);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (!explains(known.get(rows.getLong(1)), Objects.requireNonNull(rows.getString(2)))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static boolean explains(@Nullable ReplicatedTable table, String cid) {
        return table != null && (cid.equals(Change.SENTINEL) || table.columns().contains(cid));
    }

    private static Map<Long, ReplicatedTable> byId(Collection<ReplicatedTable> tables) {
        Map<Long, ReplicatedTable> byId = new HashMap<>();
        tables.forEach(table -> byId.put(table.id(), table));
        return byId;
    }

    /**
     * The lowest version of the site, from one to the other inclusive, of which a record survives, in whatever table; 0
     * if there is none. Takes no longer when millions of versions in between have been overwritten.
     */
    public static long nextSurviving(Connection connection, ActorId site, long from, long to) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(NEXT_SURVIVING)) {
            select.setBytes(1, site.bytes());
            select.setLong(2, from);
            select.setLong(3, to);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private static boolean sameSeq(List<Change> changes, Change next) {
        return changes.get(changes.size() - 1).seq() == next.seq();
    }

    /** All changes that survive. For tests and for looking into a database; needs memory for all of them. */
    public static List<Change> all(Connection connection, Collection<ReplicatedTable> tables) throws SQLException {
        List<Change> changes = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT);
                Values values = new Values(connection, tables);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Change change = values.change(rows);
                if (change != null) {
                    changes.add(change);
                }
            }
        }
        return changes;
    }

    /** Reads the values of rows; keeps those of the row read last, since changes of a row follow each other. */
    private static final class Values implements AutoCloseable {

        private final Connection connection;
        private final Map<Long, ReplicatedTable> tables;
        private final Map<Long, PreparedStatement> statements = new HashMap<>();
        private long row = -1;
        private Map<String, @Nullable Object> values = Map.of();

        Values(Connection connection, Collection<ReplicatedTable> tables) {
            this.connection = connection;
            this.tables = byId(tables);
        }

        /** The record as a change; null if its table or column is not among the given ones. */
        @Nullable Change change(ResultSet rows) throws SQLException {
            ReplicatedTable table = tables.get(rows.getLong(2));
            String cid = Objects.requireNonNull(rows.getString(4));
            if (table == null || !explains(table, cid)) {
                return null;
            }
            byte[] pk = Objects.requireNonNull(rows.getBytes(3));
            return new Change(
                    table.name(),
                    pk,
                    cid,
                    cid.equals(Change.SENTINEL) ? null : value(table, rows.getLong(1), pk, cid),
                    rows.getLong(5),
                    rows.getLong(6),
                    ActorId.of(Objects.requireNonNull(rows.getBytes(7))),
                    rows.getLong(8),
                    rows.getLong(9),
                    Objects.requireNonNull(rows.getString(10)));
        }

        private @Nullable Object value(ReplicatedTable table, long of, byte[] pk, String column) throws SQLException {
            if (of != row) {
                values = read(table, pk);
                row = of;
            }
            return values.get(column);
        }

        private Map<String, @Nullable Object> read(ReplicatedTable table, byte[] pk) throws SQLException {
            PreparedStatement select = statements.get(table.id());
            if (select == null) {
                select = connection.prepareStatement("SELECT " + Sql.names(table.columns()) + " FROM "
                        + Sql.name(table.name()) + " WHERE " + Sql.equalTo(table.key()));
                statements.put(table.id(), select);
            }
            int index = 1;
            for (Object part : PackedKey.unpack(pk)) {
                SqlValues.bind(select, index++, part);
            }
            Map<String, @Nullable Object> read = new HashMap<>();
            try (ResultSet rows = select.executeQuery()) {
                if (rows.next()) {
                    for (int i = 0; i < table.columns().size(); i++) {
                        read.put(table.columns().get(i), SqlValues.read(rows, i + 1));
                    }
                }
            }
            return read;
        }

        @Override
        public void close() throws SQLException {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
        }
    }
}
