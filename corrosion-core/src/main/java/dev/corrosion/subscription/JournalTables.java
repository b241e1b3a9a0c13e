package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.query.ResultRow;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the journal: durable queries, the rows that were told of them last, and their last changes. Rows are packed
 * like keys. For one thread, that of the writer.
 */
final class JournalTables implements ConnectionSetup {

    /** Of the tables below. A journal of another format begins anew. */
    private static final int FORMAT = 1;

    private static final String[] CREATE = {
        "CREATE TABLE owner (actor BLOB NOT NULL) STRICT",
        // row_id is the highest that a row has had; complete means that all rows are here
        "CREATE TABLE query (number INTEGER PRIMARY KEY, identity BLOB NOT NULL UNIQUE, id BLOB NOT NULL,"
                + " sql TEXT NOT NULL, parameters BLOB NOT NULL, parameter_count INTEGER NOT NULL, change_id INTEGER NOT NULL, row_id INTEGER NOT NULL,"
                + " complete INTEGER NOT NULL, used INTEGER NOT NULL) STRICT",
        "CREATE INDEX query_id ON query (id)",
        "CREATE TABLE row (query INTEGER NOT NULL, id INTEGER NOT NULL, value BLOB NOT NULL,"
                + " PRIMARY KEY (query, id)) STRICT, WITHOUT ROWID",
        "CREATE TABLE change (query INTEGER NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, row INTEGER NOT NULL,"
                + " value BLOB NOT NULL, old BLOB, actor BLOB, version INTEGER NOT NULL, last INTEGER NOT NULL,"
                + " PRIMARY KEY (query, id)) STRICT, WITHOUT ROWID"
    };

    /** Rows that go at a time. */
    static final int MAX_REMOVED = 5000;

    private final ActorId owner;
    private final long now;
    private @Nullable PreparedStatements statements;

    /**
     * A durable query as it was told last.
     *
     * @param number in the journal
     * @param id of the shared query
     * @param changeId of the last change
     * @param rowId the highest that a row has had
     */
    record Stored(long number, UUID id, long changeId, long rowId, List<ResultRow> rows, List<RowChange> changes) {}

    /**
     * Not in use before a connection is configured.
     *
     * @param owner whose journal it must be: what another node has told is another's
     * @param now milliseconds of the epoch
     */
    JournalTables(ActorId owner, long now) {
        this.owner = owner;
        this.now = now;
    }

    @Override
    public void configure(Connection connection) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            if (!isOurs(statement)) {
                for (String table : List.of("owner", "query", "row", "change")) {
                    statement.execute("DROP TABLE IF EXISTS " + table);
                }
                for (String create : CREATE) {
                    statement.execute(create);
                }
                statement.execute("INSERT INTO owner VALUES (x'"
                        + owner.value().toString().replace("-", "") + "')");
                statement.execute("PRAGMA user_version = " + FORMAT);
            }
            // nobody could come back while the node was not there
            statement.execute("UPDATE query SET used = " + now);
            statement.execute("COMMIT");
        }
        statements = new PreparedStatements(connection);
    }

    private boolean isOurs(java.sql.Statement statement) throws SQLException {
        try (ResultSet format = statement.executeQuery("PRAGMA user_version")) {
            if (!format.next() || format.getInt(1) != FORMAT) {
                return false;
            }
        }
        try (ResultSet known = statement.executeQuery("SELECT actor FROM owner")) {
            return known.next() && ActorId.of(known.getBytes(1)).equals(owner);
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = Objects.requireNonNull(statements).get(sql);
        for (int i = 0; i < values.length; i++) {
            SqlValues.bind(statement, i + 1, values[i]);
        }
        return statement;
    }

    private int update(String sql, @Nullable Object... values) throws SQLException {
        return prepare(sql, values).executeUpdate();
    }

    private long number(String sql, @Nullable Object... values) throws SQLException {
        try (ResultSet row = prepare(sql, values).executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Bytes in use. */
    long bytes() throws SQLException {
        return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * number("PRAGMA page_size");
    }

    /** A new query, whose rows are not all here yet; its number. */
    long add(byte[] identity, UUID id, Statement query, long now) throws SQLException {
        update(
                "INSERT INTO query (identity, id, sql, parameters, parameter_count, change_id, row_id, complete, used)"
                        + " VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?)",
                identity,
                bytes(id),
                query.sql(),
                PackedValues.pack(query.parameters()),
                query.parameters().size(),
                now);
        return number("SELECT last_insert_rowid()");
    }

    void complete(long query, long rowId) throws SQLException {
        update("UPDATE query SET complete = 1, row_id = max(row_id, ?) WHERE number = ?", rowId, query);
    }

    void used(long query, long now) throws SQLException {
        update("UPDATE query SET used = ? WHERE number = ?", now, query);
    }

    void addRow(long query, ResultRow row) throws SQLException {
        update("INSERT INTO row VALUES (?, ?, ?)", query, row.id(), pack(row.row()));
    }

    /** Keeps changes, with what they make of the rows. */
    void add(long query, List<RowChange> changes) throws SQLException {
        long rowId = 0;
        for (RowChange change : changes) {
            byte[] value = pack(change.row());
            Row old = change.old();
            ActorId actor = change.actor();
            update(
                    "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    query,
                    change.changeId(),
                    change.type(),
                    change.rowId(),
                    value,
                    old == null ? null : pack(old),
                    actor == null ? null : actor.bytes(),
                    change.version(),
                    change.last());
            if (change.type() == SubscriptionEvent.Type.DELETE) {
                update("DELETE FROM row WHERE query = ? AND id = ?", query, change.rowId());
            } else {
                update("INSERT OR REPLACE INTO row VALUES (?, ?, ?)", query, change.rowId(), value);
            }
            rowId = Math.max(rowId, change.rowId());
        }
        long changeId = changes.get(changes.size() - 1).changeId();
        update("UPDATE query SET change_id = ?, row_id = max(row_id, ?) WHERE number = ?", changeId, rowId, query);
    }

    /** Forgets changes up to this one. */
    void trim(long query, long changeId) throws SQLException {
        update("DELETE FROM change WHERE query = ? AND id <= ?", query, changeId);
    }

    /** A query, if it is known. One whose first rows did not all get here is forgotten. */
    @Nullable Stored load(byte[] identity, List<String> columns) throws SQLException {
        long part = number("SELECT number FROM query WHERE identity = ? AND NOT complete", identity);
        while (part != 0 && !remove(part, MAX_REMOVED)) {
            // goes on
        }
        try (ResultSet row = prepare("SELECT number, id, change_id, row_id FROM query WHERE identity = ?", identity)
                .executeQuery()) {
            if (!row.next()) {
                return null;
            }
            long number = row.getLong(1);
            return new Stored(
                    number,
                    uuid(row.getBytes(2)),
                    row.getLong(3),
                    row.getLong(4),
                    rows(number, columns),
                    changes(number, columns));
        }
    }

    /** The query that is known by this id, on any connection. */
    static @Nullable Statement find(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT sql, parameters, parameter_count FROM query WHERE id = ? AND complete")) {
            select.setBytes(1, bytes(id));
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Statement.of(
                                row.getString(1),
                                PackedValues.unpack(row.getBytes(2), row.getInt(3))
                                        .toArray())
                        : null;
            }
        }
    }

    private List<ResultRow> rows(long query, List<String> columns) throws SQLException {
        List<ResultRow> rows = new ArrayList<>();
        try (ResultSet row = prepare("SELECT id, value FROM row WHERE query = ? ORDER BY id", query)
                .executeQuery()) {
            while (row.next()) {
                rows.add(new ResultRow(row.getLong(1), unpack(row.getBytes(2), columns)));
            }
        }
        return rows;
    }

    private List<RowChange> changes(long query, List<String> columns) throws SQLException {
        List<RowChange> changes = new ArrayList<>();
        try (ResultSet row = prepare(
                        "SELECT id, type, row, value, old, actor, version, last FROM change WHERE query = ? ORDER BY id",
                        query)
                .executeQuery()) {
            while (row.next()) {
                byte[] old = row.getBytes(5);
                byte[] actor = row.getBytes(6);
                changes.add(new RowChange(
                        SubscriptionEvent.Type.valueOf(row.getString(2)),
                        row.getLong(3),
                        unpack(row.getBytes(4), columns),
                        old == null ? null : unpack(old, columns),
                        row.getLong(1),
                        actor == null ? null : ActorId.of(actor),
                        row.getLong(7),
                        row.getBoolean(8)));
            }
        }
        return changes;
    }

    /** Forgets what it can of the query, of so many rows at most; whether that was all. */
    boolean remove(long query, int rows) throws SQLException {
        update("UPDATE query SET complete = 0 WHERE number = ?", query);
        int removed = 0;
        for (String table : List.of("row", "change")) {
            removed += update(
                    "DELETE FROM " + table + " WHERE query = ?1 AND id IN (SELECT id FROM " + table
                            + " WHERE query = ?1 LIMIT ?2)",
                    query,
                    rows);
        }
        if (removed > 0) {
            return false;
        }
        update("DELETE FROM query WHERE number = ?", query);
        return true;
    }

    /** Another than those that has no rows, or was not used since then; 0 if there is none. */
    long unused(Set<Long> but, long since) throws SQLException {
        try (ResultSet row = prepare("SELECT number FROM query WHERE used < ? OR NOT complete ORDER BY used", since)
                .executeQuery()) {
            while (row.next()) {
                if (!but.contains(row.getLong(1))) {
                    return row.getLong(1);
                }
            }
        }
        return 0;
    }

    private static byte[] pack(Row row) {
        return PackedValues.pack(row.values());
    }

    private static Row unpack(byte[] packed, List<String> columns) {
        return Row.of(columns, PackedValues.unpack(packed, columns.size()).toArray());
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static UUID uuid(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new UUID(in.getLong(), in.getLong());
    }
}
