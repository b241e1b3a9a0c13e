package dev.corrosion.crdt;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * The local transaction that runs now, and the SQL functions through which the triggers take version, seq and timestamp
 * from it. On the writer thread only.
 */
final class LocalWrites {

    /** Timestamp of rows that were there before their table was replicated. */
    static final String NO_TIMESTAMP = "0";

    private static final int TYPE_INTEGER = 1;
    private static final int TYPE_REAL = 2;
    private static final int TYPE_TEXT = 3;
    private static final int TYPE_BLOB = 4;

    private final Set<Long> tables = new HashSet<>();
    private boolean active;
    private boolean merging;
    private String ts = NO_TIMESTAMP;
    private long version;
    private long seq;

    void register(Connection connection) throws SQLException {
        int perStatement = Function.FLAG_DETERMINISTIC;
        Function.create(connection, Triggers.RECORDING, function(f -> f.number(recording())), 0, 0);
        Function.create(connection, Triggers.VERSION, function(f -> f.number(version)), 0, perStatement);
        Function.create(connection, Triggers.TS, function(f -> f.text(ts)), 0, perStatement);
        Function.create(connection, Triggers.SEQ, function(f -> f.number(nextSeq(f.argument(0)))), 1, 0);
        Function.create(connection, Triggers.TOO_LARGE, function(LocalWrites::refuseTooLarge), 2, 0);
        Function.create(
                connection,
                Triggers.PACK,
                function(f -> f.blob(PackedKey.pack(f.arguments()))),
                -1,
                Function.FLAG_DETERMINISTIC);
    }

    /** @param version what the transaction becomes if it records something */
    void begin(String ts, long version) {
        this.active = true;
        this.ts = ts;
        this.version = version;
        this.seq = 0;
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
        List<@Nullable Object> names = call.arguments();
        throw new SQLException(Triggers.tooLargeMessage(String.valueOf(names.get(0)), String.valueOf(names.get(1))));
    }

    private long nextSeq(long table) {
        tables.add(table);
        return seq++;
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

        void text(String value) throws SQLException {
            result(value);
        }

        void blob(byte[] value) throws SQLException {
            result(value);
        }

        long argument(int index) throws SQLException {
            return value_long(index);
        }

        List<@Nullable Object> arguments() throws SQLException {
            List<@Nullable Object> values = new ArrayList<>(args());
            for (int i = 0; i < args(); i++) {
                values.add(read(i));
            }
            return values;
        }

        private @Nullable Object read(int index) throws SQLException {
            return switch (value_type(index)) {
                case TYPE_INTEGER -> (Object) value_long(index);
                case TYPE_REAL -> value_double(index);
                case TYPE_TEXT -> value_text(index);
                case TYPE_BLOB -> {
                    byte[] blob = value_blob(index);
                    yield blob == null ? new byte[0] : blob; // the driver has null for an empty one
                }
                default -> null;
            };
        }
    }
}
