package dev.corrosion.crdt;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The key of a row, packed ({@link PackedKey}); equal by its bytes.
 *
 * @param packed empty where it stands for a place before or behind all rows
 */
@SuppressWarnings("ArrayRecordComponent") // equal by content
public record RowKey(byte[] packed) {

    /** No key: where a range begins with the first row, or ends with the last. */
    public static final RowKey NONE = new RowKey(new byte[0]);

    /** How much of a key is shown. */
    private static final int SHOWN = 60;

    public boolean isNone() {
        return packed.length == 0;
    }

    /** For people: its values, cut off where they are long. */
    public String describe() {
        try {
            String values = PackedKey.unpack(packed).stream()
                    .map(value -> value instanceof byte[] bytes ? "blob of " + bytes.length : String.valueOf(value))
                    .collect(Collectors.joining(", "));
            return values.length() <= SHOWN ? values : values.substring(0, SHOWN) + "...";
        } catch (IllegalArgumentException e) {
            return "malformed key";
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowKey key && Arrays.equals(packed, key.packed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(packed);
    }

    @Override
    public String toString() {
        return isNone() ? "none" : describe();
    }
}
