package dev.corrosion.ledger;

import dev.corrosion.ActorId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Parts of versions that have not arrived whole: kept on disk, invisible, until the last one is here. Used on the writer
 * thread, inside the transaction that receives the part.
 *
 * <p>A version is whole if its parts cover the sequence numbers from 0 to the end of a part that is marked as the last.
 * Two senders may cut differently; the marks make that harmless.
 */
public final class PartialVersions {

    private static final String KEY = " WHERE actor = ? AND version = ?";

    private PartialVersions() {}

    /** Makes the table if it is not there. */
    public static void createTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "CREATE TABLE IF NOT EXISTS __corrosion_partial"
                            + "(actor BLOB, version INTEGER, from_seq INTEGER, to_seq INTEGER NOT NULL, last INTEGER NOT NULL,"
                            + " received_at INTEGER NOT NULL, part BLOB NOT NULL, PRIMARY KEY (actor, version, from_seq, to_seq)) WITHOUT ROWID");
        }
    }

    /**
     * Keeps a part; a part of the same extent is replaced.
     *
     * @param receivedAt milliseconds since 1970
     */
    public static void add(
            Connection connection,
            ActorId actor,
            long version,
            long fromSeq,
            long toSeq,
            boolean last,
            long receivedAt,
            byte[] part)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO __corrosion_partial VALUES (?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT DO UPDATE SET last = excluded.last, part = excluded.part")) {
            insert.setBytes(1, actor.bytes());
            insert.setLong(2, version);
            insert.setLong(3, fromSeq);
            insert.setLong(4, toSeq);
            insert.setBoolean(5, last);
            insert.setLong(6, receivedAt);
            insert.setBytes(7, part);
            insert.executeUpdate();
        }
    }

    public static boolean isWhole(Connection connection, ActorId actor, long version) throws SQLException {
        long covered = -1;
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT from_seq, to_seq, last FROM __corrosion_partial" + KEY + " ORDER BY from_seq, to_seq")) {
            select.setBytes(1, actor.bytes());
            select.setLong(2, version);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (rows.getLong(1) > covered + 1) {
                        return false;
                    }
                    if (rows.getBoolean(3)) {
                        return true;
                    }
                    covered = Math.max(covered, rows.getLong(2));
                }
            }
        }
        return false;
    }

    /** Hands the parts to the consumer, in order, one at a time in memory. */
    public static void read(Connection connection, ActorId actor, long version, PartConsumer consumer)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT part FROM __corrosion_partial" + KEY + " ORDER BY from_seq, to_seq")) {
            select.setBytes(1, actor.bytes());
            select.setLong(2, version);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    consumer.accept(rows.getBytes(1));
                }
            }
        }
    }

    /** Drops all parts of the versions from first to last. */
    public static void remove(Connection connection, ActorId actor, long first, long last) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM __corrosion_partial WHERE actor = ? AND version BETWEEN ? AND ?")) {
            delete.setBytes(1, actor.bytes());
            delete.setLong(2, first);
            delete.setLong(3, last);
            delete.executeUpdate();
        }
    }

    /** Drops all parts of all versions; they are fetched again. */
    public static void clear(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM __corrosion_partial");
        }
    }

    /** The versions of which parts are here, by actor, and since when, in milliseconds since 1970. */
    public static Map<ActorId, SortedMap<Long, Long>> list(Connection connection) throws SQLException {
        Map<ActorId, SortedMap<Long, Long>> versions = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT actor, version, min(received_at) FROM __corrosion_partial GROUP BY 1, 2")) {
            while (rows.next()) {
                versions.computeIfAbsent(ActorId.of(rows.getBytes(1)), id -> new TreeMap<>())
                        .put(rows.getLong(2), rows.getLong(3));
            }
        }
        return versions;
    }

    /** Takes the bytes of one part. */
    @FunctionalInterface
    public interface PartConsumer {
        void accept(byte[] part) throws SQLException;
    }
}
