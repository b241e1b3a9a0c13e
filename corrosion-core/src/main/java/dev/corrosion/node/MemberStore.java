package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.schema.ProvidedViews;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The members, this node among them, as a table: so that a restarted node finds its cluster without a seed, and so that
 * queries can read them through the view {@code corrosion_members}. Used on the writer thread.
 */
final class MemberStore {

    /** What subscriptions are told has changed; in lower case. */
    static final String TABLE = "__corrosion_member";

    /** An address in digits; anything else would be looked up. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private MemberStore() {}

    static void createTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE IF NOT EXISTS " + TABLE
                    + "(id TEXT PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL, host TEXT NOT NULL,"
                    + " port INTEGER NOT NULL, state TEXT NOT NULL, incarnation INTEGER NOT NULL,"
                    + " started_at INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID");
            // A view, so that nobody writes it by accident.
            statement.executeUpdate("CREATE VIEW IF NOT EXISTS " + ProvidedViews.MEMBERS + " AS SELECT "
                    + ProvidedViews.MEMBER_COLUMNS + " FROM " + TABLE);
        }
    }

    /**
     * Adds or replaces.
     *
     * @param since the time of day in milliseconds; kept as the time of the last change of state
     */
    static void put(Connection connection, MemberRecord member, long since) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + TABLE
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name,"
                + " region = excluded.region, host = excluded.host, port = excluded.port, state = excluded.state,"
                + " incarnation = excluded.incarnation, started_at = excluded.started_at,"
                + " since = iif(state = excluded.state, since, excluded.since)")) {
            insert.setString(1, member.id().toString());
            insert.setString(2, member.name());
            insert.setString(3, member.region());
            insert.setString(4, member.address().getAddress().getHostAddress());
            insert.setInt(5, member.address().getPort());
            insert.setString(6, member.state().name());
            insert.setLong(7, member.incarnation());
            insert.setLong(8, member.startedAt());
            insert.setLong(9, since);
            insert.executeUpdate();
        }
    }

    /** Puts what one database holds in the place of what the other does. */
    static void copy(Connection from, Connection to) throws SQLException {
        try (Statement delete = to.createStatement();
                Statement select = from.createStatement();
                PreparedStatement insert =
                        to.prepareStatement("INSERT INTO " + TABLE + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            delete.executeUpdate("DELETE FROM " + TABLE);
            try (ResultSet rows = select.executeQuery("SELECT * FROM " + TABLE)) {
                while (rows.next()) {
                    for (int i = 1; i <= 9; i++) {
                        insert.setObject(i, rows.getObject(i));
                    }
                    insert.executeUpdate();
                }
            }
        }
    }

    static void remove(Connection connection, ActorId id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + TABLE + " WHERE id = ?")) {
            delete.setString(1, id.toString());
            delete.executeUpdate();
        }
    }

    static List<MemberRecord> load(Connection connection) throws SQLException {
        List<MemberRecord> members = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT id, name, region, host, port, started_at, incarnation, state FROM " + TABLE)) {
            while (rows.next()) {
                members.add(new MemberRecord(
                        new ActorId(UUID.fromString(rows.getString(1))),
                        rows.getString(2),
                        rows.getString(3),
                        new InetSocketAddress(address(rows.getString(4)), rows.getInt(5)),
                        rows.getLong(6),
                        rows.getLong(7),
                        Member.State.valueOf(rows.getString(8))));
            }
        }
        return members;
    }

    private static InetAddress address(String host) throws SQLException {
        try {
            if (LITERAL.matcher(host).matches()) {
                return InetAddress.getByName(host);
            }
        } catch (UnknownHostException e) {
            throw new SQLException("a stored member has the address '" + host + "'", e);
        }
        throw new SQLException("a stored member has the address '" + host + "'");
    }
}
