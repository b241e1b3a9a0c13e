package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes for tables and columns that this database does not have yet, because other nodes have a newer schema. They are
 * kept, and passed on, until the schema arrives; then they are merged (rule A2). Of the changes of one cell the one is
 * kept that would win, so they take no more room than the table would.
 */
final class Parked {

    /** Its columns are named as those of a {@link Clock} where they are the same. */
    static final String TABLE = InternalTables.PREFIX + "parked";

    /** How many are counted for a report. */
    private static final int MAX_COUNTED = 10_000;

    private static final String COLUMNS = "tbl, pk, cid, val, cv, version, actor, cl, seq, ts";

    private Parked() {}

    static List<String> create() {
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + TABLE + " (tbl TEXT NOT NULL, pk BLOB NOT NULL, cid TEXT NOT NULL, val,"
                        + " cv INTEGER NOT NULL, version INTEGER NOT NULL, actor INTEGER NOT NULL, cl INTEGER NOT NULL,"
                        + " seq INTEGER NOT NULL, ts TEXT NOT NULL, PRIMARY KEY (tbl, pk, cid)) WITHOUT ROWID",
                "CREATE INDEX IF NOT EXISTS " + TABLE + "_version ON " + TABLE + " (actor, version, seq)");
    }

    /** Keeps the change, unless one that wins is kept already; returns whether it was kept. */
    static boolean keep(PreparedStatements statements, Actors actors, Change change) throws SQLException {
        if (isBuried(statements, change)) {
            return false;
        }
        PreparedStatement select = statements.get("SELECT " + COLUMNS + ", (SELECT a.actor FROM __corrosion_actor a"
                + " WHERE a.id = p.actor) FROM " + TABLE + " p WHERE tbl = ? AND pk = ? AND cid = ?");
        select.setString(1, change.table());
        select.setBytes(2, change.pk());
        select.setString(3, change.cid());
        try (ResultSet row = select.executeQuery()) {
            if (row.next() && !wins(change, read(row))) {
                return false;
            }
        }
        PreparedStatement put = statements.get(
                "INSERT OR REPLACE INTO " + TABLE + " (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        put.setString(1, change.table());
        put.setBytes(2, change.pk());
        put.setString(3, change.cid());
        SqlValues.bind(put, 4, change.val());
        put.setLong(5, change.colVersion());
        put.setLong(6, change.dbVersion());
        put.setLong(7, actors.number(change.site()));
        put.setLong(8, change.cl());
        put.setLong(9, change.seq());
        put.setString(10, change.ts());
        put.executeUpdate();
        if (change.isSentinel()) {
            bury(statements, change);
        }
        return true;
    }

    /** Whether a later life or the death of its row is kept. */
    private static boolean isBuried(PreparedStatements statements, Change change) throws SQLException {
        PreparedStatement select = statements.get(
                "SELECT 1 FROM " + TABLE + " WHERE tbl = ? AND pk = ? AND cid = '" + Change.SENTINEL + "' AND cl > ?");
        select.setString(1, change.table());
        select.setBytes(2, change.pk());
        select.setLong(3, change.cl());
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    private static void bury(PreparedStatements statements, Change sentinel) throws SQLException {
        PreparedStatement delete = statements.get("DELETE FROM " + TABLE + " WHERE tbl = ? AND pk = ? AND cl < ?");
        delete.setString(1, sentinel.table());
        delete.setBytes(2, sentinel.pk());
        delete.setLong(3, sentinel.cl());
        delete.executeUpdate();
    }

    private static boolean wins(Change change, Change kept) {
        if (change.cl() != kept.cl()) {
            return change.cl() > kept.cl();
        }
        if (change.colVersion() != kept.colVersion()) {
            return change.colVersion() > kept.colVersion();
        }
        int order = ValueOrder.compare(change.val(), kept.val());
        return order > 0 || (order == 0 && change.site().compareTo(kept.site()) > 0);
    }

    /** Kept changes of one version, from a seq on, in the order of the seqs; see {@link #read}. */
    static ResultSet ofVersion(PreparedStatements statements, long actor, long version, long fromSeq)
            throws SQLException {
        PreparedStatement select = statements.get("SELECT " + COLUMNS + ", (SELECT a.actor FROM __corrosion_actor a"
                + " WHERE a.id = p.actor) FROM " + TABLE + " p INDEXED BY " + TABLE
                + "_version WHERE actor = ? AND version = ? AND seq >= ? ORDER BY seq");
        select.setLong(1, actor);
        select.setLong(2, version);
        select.setLong(3, fromSeq);
        return select.executeQuery();
    }

    /** Where the seq is in {@link #ofVersion}. */
    static long seq(ResultSet row) throws SQLException {
        return row.getLong(9);
    }

    static Change read(ResultSet row) throws SQLException {
        return new Change(
                row.getString(1),
                row.getBytes(2),
                row.getString(3),
                SqlValues.read(row, 4),
                row.getLong(5),
                row.getLong(6),
                ActorId.of(row.getBytes(11)),
                row.getLong(8),
                row.getLong(9),
                row.getString(10));
    }

    /** The kept changes of the first row behind the given key of a table; empty if there is none. */
    static List<Change> next(PreparedStatements statements, String table, byte[] afterKey) throws SQLException {
        PreparedStatement select = statements.get("SELECT " + COLUMNS + ", (SELECT a.actor FROM __corrosion_actor a"
                + " WHERE a.id = p.actor) FROM " + TABLE + " p WHERE tbl = ?1 AND pk = (SELECT min(n.pk) FROM " + TABLE
                + " n WHERE n.tbl = ?1 AND n.pk > ?2) ORDER BY cid");
        select.setString(1, table);
        select.setBytes(2, afterKey);
        List<Change> changes = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                changes.add(read(row));
            }
        }
        return changes;
    }

    static void remove(PreparedStatements statements, Change change) throws SQLException {
        PreparedStatement delete = statements.get("DELETE FROM " + TABLE + " WHERE tbl = ? AND pk = ? AND cid = ?");
        delete.setString(1, change.table());
        delete.setBytes(2, change.pk());
        delete.setString(3, change.cid());
        delete.executeUpdate();
    }

    /** What is kept, in words, one line for each table or column. */
    static List<String> describe(Connection connection) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT tbl, cid, count(*) FROM (SELECT tbl, cid FROM " + TABLE
                        + " LIMIT " + MAX_COUNTED + ") GROUP BY tbl, cid")) {
            while (row.next()) {
                String what = row.getString(2).equals(Change.SENTINEL)
                        ? "rows of the table " + row.getString(1)
                        : "the column " + row.getString(2) + " of the table " + row.getString(1);
                lines.add(row.getLong(3) + (row.getLong(3) == MAX_COUNTED ? " or more" : "") + " changes of " + what
                        + " are kept until this node has it: give it the schema that the other nodes have");
            }
        }
        return lines;
    }
}
