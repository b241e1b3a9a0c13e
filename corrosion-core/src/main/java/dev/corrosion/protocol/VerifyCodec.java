package dev.corrosion.protocol;

import dev.corrosion.crdt.KeyRange;
import dev.corrosion.crdt.RowDigest;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.crdt.RowState;
import dev.corrosion.crdt.SiteStamp;
import dev.corrosion.ledger.Fingerprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The bytes of the messages by which copies are compared. */
final class VerifyCodec {

    static final int RANGES = 40;
    private static final int FOUND = 41;
    static final int ROWS = 42;
    private static final int STATES = 43;
    static final int REPAIR = 44;

    private static final int EQUAL = 0;
    private static final int PARTS = 1;
    private static final int ALL_ROWS = 2;
    private static final int OTHER_SCHEMA = 3;
    private static final int NO_TABLE = 4;

    private static final int PRESENT = 1;
    private static final int REGULAR = 2;

    private VerifyCodec() {}

    static void write(ByteWriter out, VerifyMessage message) {
        if (message instanceof VerifyRanges question) {
            out.u8(RANGES);
            SyncCodec.writeFingerprint(out, question.horizon());
            out.varint(question.ranges().size());
            for (VerifyRanges.Range range : question.ranges()) {
                writeScope(out, range.scope());
                out.blob(range.keys().after().packed());
                out.blob(range.keys().upTo().packed());
                out.varint(range.rows());
                SyncCodec.writeFingerprint(out, range.sum());
            }
        } else if (message instanceof VerifyFound found) {
            out.u8(FOUND);
            out.varint(found.answers().size());
            found.answers().forEach(answer -> writeAnswer(out, answer));
        } else if (message instanceof VerifyRows question) {
            out.u8(ROWS);
            SyncCodec.writeFingerprint(out, question.horizon());
            writeScope(out, question.scope());
            out.varint(question.keys().size());
            question.keys().forEach(key -> out.blob(key.packed()));
        } else if (message instanceof VerifyStates states) {
            out.u8(STATES);
            SyncCodec.writeHolds(out, states.holds());
            writeRows(out, states.rows());
        } else if (message instanceof VerifyRepair repair) {
            out.u8(REPAIR);
            SyncCodec.writeFingerprint(out, repair.horizon());
            writeScope(out, repair.scope());
            SyncCodec.writeHolds(out, repair.holds());
            writeRows(out, repair.rows());
        }
    }

    static VerifyMessage read(int type, ByteReader in) {
        return switch (type) {
            case RANGES -> new VerifyRanges(SyncCodec.readFingerprint(in), list(in, 4, VerifyCodec::readRange));
            case FOUND -> new VerifyFound(list(in, 1, VerifyCodec::readAnswer));
            case ROWS ->
                new VerifyRows(SyncCodec.readFingerprint(in), readScope(in), list(in, 1, VerifyCodec::readKey));
            case STATES -> new VerifyStates(SyncCodec.readHolds(in), list(in, 1, VerifyCodec::readRow));
            case REPAIR ->
                new VerifyRepair(
                        SyncCodec.readFingerprint(in),
                        readScope(in),
                        SyncCodec.readHolds(in),
                        list(in, 1, VerifyCodec::readRow));
            default -> throw new ProtocolException("unknown message type " + type);
        };
    }

    private static <T> List<T> list(ByteReader in, int minBytes, Function<ByteReader, T> each) {
        int count = in.count(minBytes);
        VerifyMessage.requireBounded(count);
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(each.apply(in));
        }
        return list;
    }

    private static void writeScope(ByteWriter out, TableScope scope) {
        out.text(scope.table());
        out.fixed64(scope.schema());
        List<String> columns = scope.columns();
        out.bool(columns != null);
        if (columns != null) {
            out.varint(columns.size());
            columns.forEach(out::text);
        }
    }

    private static TableScope readScope(ByteReader in) {
        String table = in.text();
        long schema = in.fixed64();
        if (!in.bool()) {
            return new TableScope(table, schema, null);
        }
        int count = in.count(1);
        List<String> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(in.text());
        }
        return new TableScope(table, schema, columns);
    }

    private static RowKey readKey(ByteReader in) {
        return new RowKey(in.blob());
    }

    private static VerifyRanges.Range readRange(ByteReader in) {
        return new VerifyRanges.Range(
                readScope(in), new KeyRange(readKey(in), readKey(in)), in.number(), SyncCodec.readFingerprint(in));
    }

    private static void writeAnswer(ByteWriter out, VerifyFound.Answer answer) {
        if (answer instanceof VerifyFound.Equal) {
            out.u8(EQUAL);
        } else if (answer instanceof VerifyFound.Parts parts) {
            out.u8(PARTS);
            out.varint(parts.parts().size());
            for (VerifyFound.Part part : parts.parts()) {
                out.blob(part.upTo().packed());
                out.varint(part.rows());
                SyncCodec.writeFingerprint(out, part.sum());
            }
            out.bool(parts.rest());
        } else if (answer instanceof VerifyFound.Rows rows) {
            out.u8(ALL_ROWS);
            out.varint(rows.rows().size());
            for (RowDigest row : rows.rows()) {
                out.blob(row.key().packed());
                SyncCodec.writeFingerprint(out, row.fingerprint());
            }
        } else if (answer instanceof VerifyFound.OtherSchema schema) {
            out.u8(OTHER_SCHEMA);
            out.fixed64(schema.key());
            out.varint(schema.columns().size());
            schema.columns().forEach((column, declared) -> {
                out.text(column);
                out.fixed64(declared);
            });
        } else {
            out.u8(NO_TABLE);
        }
    }

    private static VerifyFound.Answer readAnswer(ByteReader in) {
        int kind = in.u8();
        return switch (kind) {
            case EQUAL -> new VerifyFound.Equal();
            case PARTS ->
                new VerifyFound.Parts(
                        list(
                                in,
                                2 + Fingerprint.BYTES,
                                parts -> new VerifyFound.Part(
                                        readKey(parts), parts.number(), SyncCodec.readFingerprint(parts))),
                        in.bool());
            case ALL_ROWS ->
                new VerifyFound.Rows(list(
                        in,
                        1 + Fingerprint.BYTES,
                        rows -> new RowDigest(readKey(rows), SyncCodec.readFingerprint(rows))));
            case OTHER_SCHEMA -> new VerifyFound.OtherSchema(in.fixed64(), readColumns(in));
            case NO_TABLE -> new VerifyFound.NoTable();
            default -> throw new ProtocolException("unknown answer " + kind);
        };
    }

    private static Map<String, Long> readColumns(ByteReader in) {
        Map<String, Long> columns = new HashMap<>();
        for (int i = in.count(1 + Long.BYTES); i > 0; i--) {
            columns.put(in.text(), in.fixed64());
        }
        return columns;
    }

    private static void writeRows(ByteWriter out, List<RowState> rows) {
        out.varint(rows.size());
        for (RowState row : rows) {
            out.blob(row.key().packed());
            out.signed(row.cl());
            out.u8((row.present() ? PRESENT : 0) | (row.regular() ? REGULAR : 0));
            writeStamp(out, row.sentinel());
            out.varint(row.cells().size());
            for (RowState.Cell cell : row.cells()) {
                out.text(cell.column());
                writeStamp(out, cell.stamp());
                ChangeCodec.writeValue(out, cell.value());
            }
        }
    }

    private static RowState readRow(ByteReader in) {
        RowKey key = readKey(in);
        long cl = in.signed();
        int flags = in.u8();
        SiteStamp sentinel = readStamp(in);
        int count = in.count(3);
        List<RowState.Cell> cells = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            cells.add(new RowState.Cell(in.text(), readStamp(in), ChangeCodec.readValue(in)));
        }
        return new RowState(key, cl, (flags & PRESENT) != 0, (flags & REGULAR) != 0, sentinel, cells);
    }

    /** Numbers as they are found: records that somebody has changed must not keep the rest from being compared. */
    private static void writeStamp(ByteWriter out, @Nullable SiteStamp stamp) {
        out.bool(stamp != null);
        if (stamp != null) {
            out.signed(stamp.colVersion());
            out.actor(stamp.site());
            out.signed(stamp.version());
            out.signed(stamp.seq());
            out.text(stamp.ts());
        }
    }

    private static @Nullable SiteStamp readStamp(ByteReader in) {
        return in.bool() ? new SiteStamp(in.signed(), in.actor(), in.signed(), in.signed(), in.text()) : null;
    }
}
