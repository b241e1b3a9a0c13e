package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.crdt.PreviousIdentity;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.PartialVersions;
import dev.corrosion.schema.SchemaMigration;
import dev.corrosion.store.Contents;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a peer's database that is made this node's own, in a file that nobody else has open. One thread at a time.
 */
final class OfflineCopy implements AutoCloseable {

    /** What others' databases have and the node's own does not, if nobody has put it there by hand. */
    private static final String UNREPLICATED = "SELECT name FROM sqlite_schema WHERE type = 'table'"
            + " AND name NOT LIKE '\\_\\_corrosion\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            + " AND name NOT IN (SELECT name FROM __corrosion_table)";

    private static final Logger log = LoggerFactory.getLogger(OfflineCopy.class);

    private final Connection connection;
    private final Replica replica;
    private final Ledger ledger;
    private final Horizon horizon;

    /** What of this node's own versions the peer had. */
    private final ActorVersions own;

    /** Something done with it as a whole or not at all. */
    interface Body<T> {
        T run(Connection connection) throws SQLException;
    }

    private OfflineCopy(Connection connection, Replica replica, Ledger ledger, Horizon horizon, ActorVersions own) {
        this.connection = connection;
        this.replica = replica;
        this.ledger = ledger;
        this.horizon = horizon;
        this.own = own;
    }

    /**
     * Takes a copy over: identity, schema, and without what was the peer's alone.
     *
     * @throws dev.corrosion.SchemaException if it cannot be brought to the declared schema without loss
     */
    static OfflineCopy open(Path file, ActorId self, List<SchemaSource> schema) throws SQLException {
        Connection connection = Contents.openAlone(file);
        try {
            PreviousIdentity peer = transaction(connection, null, c -> Replica.assume(c, self));
            Ledger theirs = Ledger.load(connection, peer.actorId(), peer.version());
            Replica replica = Replica.offline(self);
            replica.configure(connection);
            transaction(connection, replica, c -> prepare(c, replica, self, peer, schema));
            Ledger ledger = Ledger.load(connection, self, 0);
            Horizon horizon = replica.tombstones(connection).horizon();
            return new OfflineCopy(connection, replica, ledger, horizon, theirs.of(self));
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static boolean prepare(
            Connection connection, Replica replica, ActorId self, PreviousIdentity peer, List<SchemaSource> schema)
            throws SQLException {
        Ledger.forget(connection, self);
        Ledger.forget(connection, peer.actorId());
        Ledger.adopt(connection, peer.actorId(), peer.version());
        PartialVersions.createTable(connection);
        PartialVersions.clear(
                connection); // what is merged into the copy may include versions that the peer had in part
        try (Statement statement = connection.createStatement()) {
            for (String table : unreplicated(connection)) {
                statement.execute("DROP TABLE \"" + table.replace("\"", "\"\"") + "\"");
            }
        }
        replica.begin("0");
        SchemaMigration.apply(connection, replica, schema, false);
        if (replica.finish().version() != 0) {
            throw new SQLException("the declared schema would make rows of the copy changes of this node");
        }
        return true;
    }

    /** Tables that a node has for itself. */
    static List<String> unreplicated(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(UNREPLICATED)) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    Replica replica() {
        return replica;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Where the peer's horizon was. */
    Horizon horizon() {
        return horizon;
    }

    ActorVersions own() {
        return own;
    }

    Connection connection() {
        return connection;
    }

    <T> T transaction(Body<T> body) throws SQLException {
        return transaction(connection, replica, body);
    }

    private static <T> T transaction(Connection connection, @Nullable Replica replica, Body<T> body)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            boolean done = false;
            try {
                T result = body.run(connection);
                statement.execute("COMMIT");
                done = true;
                if (replica != null) {
                    replica.committed();
                }
                return result;
            } finally {
                if (!done) {
                    statement.execute("ROLLBACK");
                    if (replica != null) {
                        replica.rolledBack();
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            log.warn("a copy of a database did not close: {}", e.toString());
        }
    }
}
