package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who the database is, and was before. Everything is kept in the file, so that a crash between the change of identity
 * and the moment when the node has taken note of it loses nothing.
 *
 * @param actorId who it is
 * @param number its number among the actors
 * @param previous who it was, as long as {@link #forgetPrevious} was not called since it changed
 */
record Identity(ActorId actorId, long number, @Nullable PreviousIdentity previous) {

    /** Names in {@code __corrosion_meta}. */
    private static final String SELF = "self";

    static final String VERSION = "version";

    private static final String RENEW = "renew";
    private static final String PREVIOUS_ACTOR = "previous_actor";
    private static final String PREVIOUS_VERSION = "previous_version";

    /** Who the database is; null if it was never asked before. */
    static @Nullable ActorId current(Connection connection) throws SQLException {
        Long self = InternalTables.meta(connection, SELF);
        return self == null ? null : actor(connection, self);
    }

    /**
     * The last version of this actor that the database shows: of a record that survives, or as it was noted, which is
     * done when the last one may not.
     */
    static long lastVersion(Connection connection) throws SQLException {
        Long noted = InternalTables.meta(connection, VERSION);
        long last = noted == null ? 0 : noted;
        List<String> clocks = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet tables = statement.executeQuery("SELECT id FROM __corrosion_table")) {
                while (tables.next()) {
                    clocks.add(Clock.rows(tables.getLong(1)));
                    clocks.add(Clock.cells(tables.getLong(1)));
                }
            }
            for (String clock : clocks) {
                try (ResultSet row = statement.executeQuery("SELECT max(version) FROM " + clock
                        + " WHERE actor = (SELECT value FROM __corrosion_meta WHERE name = '" + SELF + "')")) {
                    last = Math.max(last, row.next() ? row.getLong(1) : 0);
                }
            }
        }
        return last;
    }

    /** Reads the identity, or makes it, or makes it anew if that was asked for; inside the caller's transaction. */
    static Identity prepare(Connection connection, Supplier<ActorId> newActor) throws SQLException {
        Long self = InternalTables.meta(connection, SELF);
        if (self != null && InternalTables.meta(connection, RENEW) != null) {
            retire(connection, self);
            self = null;
        }
        if (self == null) {
            self = insert(connection, newActor.get());
            InternalTables.putMeta(connection, SELF, self);
        }
        Long number = InternalTables.meta(connection, PREVIOUS_ACTOR);
        Long version = InternalTables.meta(connection, PREVIOUS_VERSION);
        PreviousIdentity previous =
                number == null || version == null ? null : new PreviousIdentity(actor(connection, number), version);
        return new Identity(actor(connection, self), self, previous);
    }

    /**
     * Makes a copy of another's database that of an actor, who may be known in it.
     *
     * @param version the actor's last one
     * @return who it was, and which of its versions are in it
     */
    static PreviousIdentity assume(Connection connection, ActorId actor, long version) throws SQLException {
        Long self = InternalTables.meta(connection, SELF);
        if (self == null) {
            throw new SQLException("the database belongs to nobody");
        }
        PreviousIdentity previous = new PreviousIdentity(actor(connection, self), lastVersion(connection));
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO __corrosion_actor (actor) VALUES (?) ON CONFLICT DO NOTHING")) {
            insert.setBytes(1, actor.bytes());
            insert.executeUpdate();
        }
        execute(
                connection,
                "DELETE FROM __corrosion_meta WHERE name IN ('" + RENEW + "', '" + PREVIOUS_ACTOR + "', '"
                        + PREVIOUS_VERSION + "')");
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id FROM __corrosion_actor WHERE actor = ?")) {
            select.setBytes(1, actor.bytes());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                InternalTables.putMeta(connection, SELF, row.getLong(1));
            }
        }
        InternalTables.putMeta(connection, VERSION, version);
        return previous;
    }

    /** Asks for a new identity at the next {@link #prepare}. */
    static void renew(Connection connection) throws SQLException {
        InternalTables.putMeta(connection, RENEW, 1);
    }

    static void forgetPrevious(Connection connection) throws SQLException {
        execute(
                connection,
                "DELETE FROM __corrosion_meta WHERE name IN ('" + PREVIOUS_ACTOR + "', '" + PREVIOUS_VERSION + "')");
    }

    /** The actor becomes one of the others; what it wrote stays its own. */
    private static void retire(Connection connection, long self) throws SQLException {
        InternalTables.putMeta(connection, PREVIOUS_ACTOR, self);
        InternalTables.putMeta(connection, PREVIOUS_VERSION, lastVersion(connection));
        InternalTables.putMeta(connection, VERSION, 0);
        execute(connection, "DELETE FROM __corrosion_meta WHERE name = '" + RENEW + "'");
    }

    private static long insert(Connection connection, ActorId actor) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO __corrosion_actor (id, actor) SELECT coalesce(max(id) + 1, 0), ? FROM __corrosion_actor"
                        + " RETURNING id")) {
            insert.setBytes(1, actor.bytes());
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static ActorId actor(Connection connection, long number) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT actor FROM __corrosion_actor WHERE id = ?")) {
            select.setLong(1, number);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return ActorId.of(row.getBytes(1));
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
