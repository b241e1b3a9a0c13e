package dev.corrosion.query;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys as objects that are equal if SQLite takes them for equal: the canonical value of a single column, and a list of
 * them where there are several.
 */
final class Keys {

    private Keys() {}

    /** The object for a key; null if it has a NULL or a text that cannot be compared exactly. */
    static @Nullable Object canonical(List<KeyColumn> columns, List<? extends @Nullable Object> values) {
        if (columns.size() != values.size()) {
            throw new IllegalArgumentException("a key of " + columns.size() + " columns cannot have " + values.size());
        }
        for (int i = 0; i < columns.size(); i++) {
            Object value = values.get(i);
            if (value == null || !columns.get(i).collation().isExact(value)) {
                return null;
            }
        }
        return of(columns, values);
    }

    /** The same for a key that is only kept: NULLs and inexact texts stay what they are. */
    static Object of(List<KeyColumn> columns, List<? extends @Nullable Object> values) {
        if (columns.size() == 1) {
            Object value = columns.get(0).collation().canonical(values.get(0));
            return value == null ? Absent.KEY : value;
        }
        @Nullable Object[] parts = new @Nullable Object[columns.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = columns.get(i).collation().canonical(values.get(i));
        }
        return Arrays.asList(parts);
    }

    /** Whether rows can be looked up by it. */
    static boolean isExact(List<KeyColumn> columns, Object key) {
        if (columns.size() == 1) {
            return key != Absent.KEY && columns.get(0).collation().isExact(key);
        }
        List<?> parts = (List<?>) key;
        for (int i = 0; i < columns.size(); i++) {
            Object part = parts.get(i);
            if (part == null || !columns.get(i).collation().isExact(part)) {
                return false;
            }
        }
        return true;
    }

    /** The values to look it up with. */
    static List<?> values(List<KeyColumn> columns, Object key) {
        return columns.size() == 1 ? List.of(key) : (List<?>) key;
    }

    /** As {@link Collation#canonical} made it, so that it can be bound to a statement. */
    static @Nullable Object bindable(@Nullable Object canonical) {
        if (canonical instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        return canonical;
    }

    /** What stands for NULL where an object must be. */
    private enum Absent {
        KEY
    }
}
