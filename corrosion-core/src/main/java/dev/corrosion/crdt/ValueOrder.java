package dev.corrosion.crdt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The order of values that decides between two writes of one cell: NULL, BLOB, TEXT, REAL, INTEGER, and within a type
 * by value. It is not SQLite's: 1 and 1.0 differ, and any INTEGER is larger than any REAL.
 */
final class ValueOrder {

    private ValueOrder() {}

    static int compare(@Nullable Object a, @Nullable Object b) {
        int rank = rank(a);
        int other = rank(b);
        if (rank != other) {
            return Integer.compare(rank, other);
        }
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof Double x && b instanceof Double y) {
            // -0.0 before 0.0, so that nodes end with the same bits
            return Double.compare(x, y);
        }
        if (a instanceof String x && b instanceof String y) {
            // not String.compareTo: the order of UTF-16 is another one
            return Arrays.compareUnsigned(x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8));
        }
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.compareUnsigned(x, y);
        }
        return 0;
    }

    private static int rank(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof byte[]) {
            return 1;
        }
        if (value instanceof String) {
            return 2;
        }
        return value instanceof Double ? 3 : 4;
    }
}
