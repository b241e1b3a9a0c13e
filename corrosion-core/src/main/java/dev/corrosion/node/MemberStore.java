package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The members last seen, so that a restarted node finds its cluster without a seed. Used on the writer thread. */
final class MemberStore {

    private MemberStore() {}

    static void createTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE IF NOT EXISTS __corrosion_members"
                    + "(actor BLOB PRIMARY KEY, name TEXT NOT NULL, host BLOB NOT NULL, port INTEGER NOT NULL,"
                    + " started_at INTEGER NOT NULL, incarnation INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID");
        }
    }

    static void put(Connection connection, MemberRecord member) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO __corrosion_members VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                        + " name = excluded.name, host = excluded.host, port = excluded.port,"
                        + " started_at = excluded.started_at, incarnation = excluded.incarnation,"
                        + " state = excluded.state")) {
            insert.setBytes(1, member.id().bytes());
            insert.setString(2, member.name());
            insert.setBytes(3, member.address().getAddress().getAddress());
            insert.setInt(4, member.address().getPort());
            insert.setLong(5, member.startedAt());
            insert.setLong(6, member.incarnation());
            insert.setString(7, member.state().name());
            insert.executeUpdate();
        }
    }

    static void remove(Connection connection, ActorId id) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM __corrosion_members WHERE actor = ?")) {
            delete.setBytes(1, id.bytes());
            delete.executeUpdate();
        }
    }

    static List<MemberRecord> load(Connection connection) throws SQLException {
        List<MemberRecord> members = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT actor, name, host, port, started_at, incarnation, state FROM __corrosion_members")) {
            while (rows.next()) {
                members.add(new MemberRecord(
                        ActorId.of(rows.getBytes(1)),
                        rows.getString(2),
                        new InetSocketAddress(address(rows.getBytes(3)), rows.getInt(4)),
                        rows.getLong(5),
                        rows.getLong(6),
                        Member.State.valueOf(rows.getString(7))));
            }
        }
        return members;
    }

    private static InetAddress address(byte[] bytes) throws SQLException {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            throw new SQLException("a stored member has an address of " + bytes.length + " bytes", e);
        }
    }
}
