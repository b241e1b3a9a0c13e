package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who the database is, and was before. Everything is kept in the file, so that a crash between the change of identity
 * and the moment when the node has taken note of it loses nothing.
 *
 * @param actorId who it is
 * @param previous who it was, as long as {@link #forgetPrevious} was not called since it changed
 */
record Identity(ActorId actorId, @Nullable PreviousIdentity previous) {

    /** Names in {@code __corrosion_meta}. */
    private static final String VERSION = "version";

    private static final String RENEW = "renew";
    private static final String PREVIOUS_ACTOR = "previous_actor";
    private static final String PREVIOUS_VERSION = "previous_version";

    /** Reads the identity, or makes it, or makes it anew if that was asked for; inside the caller's transaction. */
    static Identity prepare(Connection connection, Supplier<ActorId> newActor) throws SQLException {
        ActorId known = actor(connection, InternalTables.SELF);
        if (known != null && InternalTables.meta(connection, RENEW) != null) {
            retire(connection);
            known = null;
        }
        if (known == null) {
            known = newActor.get();
            insertSelf(connection, known);
        }
        Long number = InternalTables.meta(connection, PREVIOUS_ACTOR);
        ActorId actor = number == null ? null : actor(connection, number);
        Long version = InternalTables.meta(connection, PREVIOUS_VERSION);
        return new Identity(known, actor == null || version == null ? null : new PreviousIdentity(actor, version));
    }

    /** Asks for a new identity at the next {@link #prepare}. */
    static void renew(Connection connection) throws SQLException {
        execute(connection, "INSERT OR REPLACE INTO __corrosion_meta VALUES ('" + RENEW + "', 1)");
    }

    static void forgetPrevious(Connection connection) throws SQLException {
        execute(
                connection,
                "DELETE FROM __corrosion_meta WHERE name IN ('" + PREVIOUS_ACTOR + "', '" + PREVIOUS_VERSION + "')");
    }

    /** The actor gets a number like any other; what it wrote stays its own. */
    private static void retire(Connection connection) throws SQLException {
        execute(
                connection,
                "INSERT OR REPLACE INTO __corrosion_meta SELECT '" + PREVIOUS_ACTOR
                        + "', max(id) + 1 FROM __corrosion_actor",
                "INSERT OR REPLACE INTO __corrosion_meta SELECT '" + PREVIOUS_VERSION
                        + "', value FROM __corrosion_meta WHERE name = '" + VERSION + "'",
                "UPDATE __corrosion_actor SET id = (SELECT value FROM __corrosion_meta WHERE name = '" + PREVIOUS_ACTOR
                        + "') WHERE id = " + InternalTables.SELF,
                "UPDATE __corrosion_cell SET actor = (SELECT value FROM __corrosion_meta WHERE name = '"
                        + PREVIOUS_ACTOR + "') WHERE actor = " + InternalTables.SELF,
                "UPDATE __corrosion_meta SET value = 0 WHERE name = '" + VERSION + "'",
                "DELETE FROM __corrosion_meta WHERE name = '" + RENEW + "'");
    }

    private static void insertSelf(Connection connection, ActorId actor) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO __corrosion_actor (id, actor) VALUES (" + InternalTables.SELF + ", ?)")) {
            insert.setBytes(1, actor.bytes());
            insert.executeUpdate();
        }
    }

    private static @Nullable ActorId actor(Connection connection, long number) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT actor FROM __corrosion_actor WHERE id = ?")) {
            select.setLong(1, number);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? ActorId.of(row.getBytes(1)) : null;
            }
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
        }
    }
}
