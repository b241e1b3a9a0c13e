package dev.corrosion.crdt;

import dev.corrosion.ledger.Fingerprint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Hashes what nodes must have in common of a row. Left out are timestamps, which decide nothing, and the sentinel of a
 * living row: each node keeps the one that it saw first (rules M11 and M13). For one thread.
 */
final class RowHash {

    private final byte[] table;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    RowHash(String table) {
        this.table = table.getBytes(StandardCharsets.UTF_8);
    }

    /** Of all of it. */
    Fingerprint of(RowState row) {
        begin();
        row(row);
        if (row.lives() || row.present() || !row.regular()) {
            for (RowState.Cell cell : row.cells()) {
                cell(cell, row.present());
            }
        }
        return end(row);
    }

    /** Of whether it is there, and what its records say of that. */
    Fingerprint ofExistence(RowState row) {
        begin();
        row(row);
        return end(row);
    }

    /** Of a cell. */
    Fingerprint of(RowState row, RowState.Cell cell) {
        begin();
        cell(cell, row.present());
        return end(row);
    }

    private void begin() {
        out.reset();
        bytes(table);
    }

    private Fingerprint end(RowState row) {
        bytes(row.key().packed());
        return Fingerprint.of(ByteBuffer.wrap(out.toByteArray()));
    }

    private void row(RowState row) {
        number(row.cl());
        out.write((row.present() ? 1 : 0) | (row.regular() ? 2 : 0));
        stamp(row.lives() ? null : row.sentinel());
    }

    private void cell(RowState.Cell cell, boolean present) {
        bytes(cell.column().getBytes(StandardCharsets.UTF_8));
        stamp(cell.stamp());
        if (present) {
            value(cell.value());
        } else {
            out.write('-');
        }
    }

    private void stamp(@Nullable SiteStamp stamp) {
        if (stamp == null) {
            out.write(0);
            return;
        }
        out.write(1);
        number(stamp.colVersion());
        out.writeBytes(stamp.site().bytes());
        number(stamp.version());
        number(stamp.seq());
    }

    private void value(@Nullable Object value) {
        if (value == null) {
            out.write('n');
        } else if (value instanceof Long number) {
            out.write('i');
            number(number);
        } else if (value instanceof Double number) {
            out.write('r');
            number(Double.doubleToRawLongBits(number));
        } else if (value instanceof String text) {
            out.write('t');
            bytes(text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof byte[] bytes) {
            out.write('b');
            bytes(bytes);
        } else {
            throw new IllegalArgumentException("not a SQLite value: " + value.getClass());
        }
    }

    private void bytes(byte[] bytes) {
        number(bytes.length);
        out.writeBytes(bytes);
    }

    private void number(long number) {
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            out.write((int) (number >>> shift));
        }
    }
}
