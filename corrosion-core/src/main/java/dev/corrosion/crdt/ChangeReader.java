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

    private ChangeReader() {}

    /**
     * The changes of one version from a seq on, in the order of seq.
     *
     * @param tables the replicated tables; rows of others are left out
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
        long bytes = 0;
        try (PreparedStatement select = connection.prepareStatement(
                        SELECT + " WHERE c.actor = (SELECT id FROM __corrosion_actor WHERE actor = ?)"
                                + " AND c.db_version = ? AND c.seq >= ? ORDER BY c.seq, c.row, c.cid");
                Values values = new Values(connection, tables)) {
            select.setBytes(1, site.bytes());
            select.setLong(2, version);
            select.setLong(3, fromSeq);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Change change = values.change(rows);
                    if (change == null) {
                        continue;
                    }
                    bytes += change.estimatedBytes();
                    if (bytes > maxBytes && !changes.isEmpty() && !sameSeq(changes, change)) {
                        return new ChangePage(changes, false);
                    }
                    changes.add(change);
                }
            }
        }
        return new ChangePage(changes, true);
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
        private final Map<Long, ReplicatedTable> tables = new HashMap<>();
        private final Map<Long, PreparedStatement> statements = new HashMap<>();
        private long row = -1;
        private Map<String, @Nullable Object> values = Map.of();

        Values(Connection connection, Collection<ReplicatedTable> tables) {
            this.connection = connection;
            tables.forEach(table -> this.tables.put(table.id(), table));
        }

        @Nullable Change change(ResultSet rows) throws SQLException {
            ReplicatedTable table = tables.get(rows.getLong(2));
            if (table == null) {
                return null;
            }
            byte[] pk = Objects.requireNonNull(rows.getBytes(3));
            String cid = Objects.requireNonNull(rows.getString(4));
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
