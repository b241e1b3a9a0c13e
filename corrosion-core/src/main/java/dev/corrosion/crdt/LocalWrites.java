package dev.corrosion.crdt;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.sqlite.Function;

/**
 * The local transaction that runs now, and the SQL functions through which the triggers take version, seq and timestamp
 * from it. On the writer thread only.
 */
final class LocalWrites {

    /** Timestamp of rows that were there before their table was replicated. */
    static final String NO_TIMESTAMP = "0";

    private final Set<Long> tables = new HashSet<>();
    private boolean active;
    private boolean merging;
    private Timestamp ts = Timestamp.of(NO_TIMESTAMP);
    private long lastTable = -1;
    private long version;
    private long seq;

    void register(Connection connection) throws SQLException {
        int perStatement = Function.FLAG_DETERMINISTIC;
        Function.create(connection, Triggers.RECORDING, function(f -> f.number(recording())), 0, 0);
        Function.create(connection, Triggers.VERSION, function(f -> f.number(version)), 0, perStatement);
        Function.create(connection, Triggers.TS, function(f -> f.timestamp(ts)), 0, perStatement);
        Function.create(connection, Triggers.SEQ, function(f -> f.number(nextSeq(f.argument(0), f.argument(1)))), 2, 0);
        Function.create(connection, Triggers.TOO_LARGE, function(LocalWrites::refuseTooLarge), 2, 0);
    }

    /** @param version what the transaction becomes if it records something */
    void begin(String ts, long version) {
        this.active = true;
        this.ts = Timestamp.of(ts);
        this.version = version;
        this.seq = 0;
        this.lastTable = -1;
        tables.clear();
    }

    void end() {
        active = false;
        merging = false;
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

    private static void refuseTooLarge(Call call) throws SQLException {
        throw new SQLException(Triggers.tooLargeMessage(call.text(0), call.text(1)));
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

        String text(int index) throws SQLException {
            return String.valueOf(value_text(index));
        }
    }
}
