package dev.corrosion.crdt;

import dev.corrosion.CorrosionException;
import dev.corrosion.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/**
 * The local transaction that runs now, and the SQL functions through which the triggers take version, seq and timestamp
 * from it. On the writer thread only.
 */
final class LocalWrites {

    /** Timestamp of rows that were there before their table was replicated. */
    static final String NO_TIMESTAMP = "0";

    /**
     * The largest row that may be written. A change is sent as one piece, so its value and the key of its row must fit
     * into a message; the room beyond is for what SQLite itself adds to a row.
     */
    private static final int MAX_ROW_BYTES = Database.MAX_VALUE_BYTES + (64 << 10);

    private final Set<Long> tables = new HashSet<>();
    private @Nullable SQLiteConnection limits;
    private boolean active;
    private boolean merging;
    private Timestamp ts = Timestamp.of(NO_TIMESTAMP);
    private long lastTable = -1;
    private long version;
    private long seq;

    void register(Connection connection) throws SQLException {
        limits = (SQLiteConnection) connection;
        int perStatement = Function.FLAG_DETERMINISTIC;
        Function.create(connection, Triggers.RECORDING, function(f -> f.number(recording())), 0, 0);
        Function.create(connection, Triggers.VERSION, function(f -> f.number(version)), 0, perStatement);
        Function.create(connection, Triggers.TS, function(f -> f.timestamp(ts)), 0, perStatement);
        Function.create(connection, Triggers.SEQ, function(f -> f.number(nextSeq(f.argument(0), f.argument(1)))), 2, 0);
    }

    /** @param version what the transaction becomes if it records something */
    void begin(String ts, long version) {
        limit(MAX_ROW_BYTES);
        this.active = true;
        this.ts = Timestamp.of(ts);
        this.version = version;
        this.seq = 0;
        this.lastTable = -1;
        tables.clear();
    }

    void end() {
        if (active) {
            limit(Database.MAX_ROW_BYTES);
        }
        active = false;
        merging = false;
    }

    private void limit(int bytes) {
        try {
            Objects.requireNonNull(limits).setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, bytes);
        } catch (SQLException e) {
            throw new CorrosionException("the connection is not open: " + e, e);
        }
    }

    void merging(boolean merging) {
        this.merging = merging;
    }

    boolean isActive() {
        return active;
    }

    long version() {
        return version;
    }

    /** Whether a seq was taken, even if what took it was undone since. */
    boolean recorded() {
        return seq > 0;
    }

    Set<Long> tables() {
        return tables;
    }

    private long recording() throws SQLException {
        if (merging) {
            return 0;
        }
        if (!active) {
            throw new SQLException("a replicated table can only be written inside a transaction of the node");
        }
        return 1;
    }

    private long nextSeq(long table, long count) {
        if (table != lastTable) {
            tables.add(table);
            lastTable = table;
        }
        long first = seq;
        seq += count;
        return first;
    }

    private static Function function(Body body) {
        return new Call(body);
    }

    private interface Body {
        void run(Call call) throws SQLException;
    }

    /** A function of SQLite by a lambda. */
    private static final class Call extends Function {

        private final Body body;

        Call(Body body) {
            this.body = body;
        }

        @Override
        protected void xFunc() throws SQLException {
            body.run(this);
        }

        void number(long value) throws SQLException {
            result(value);
        }

        void timestamp(Timestamp ts) throws SQLException {
            if (ts.number() != null) {
                result(ts.number());
            } else {
                result(ts.text());
            }
        }

        long argument(int index) throws SQLException {
            return value_long(index);
        }
    }
}
