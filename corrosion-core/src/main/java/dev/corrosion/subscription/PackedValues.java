package dev.corrosion.subscription;

import dev.corrosion.crdt.PackedKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any number of values as bytes: packed like a key, or, where a key could not have so many, as a key of keys. */
final class PackedValues {

    private PackedValues() {}

    static byte[] pack(List<? extends @Nullable Object> values) {
        if (values.size() <= PackedKey.MAX_COLUMNS) {
            return PackedKey.pack(values);
        }
        List<byte[]> parts = new ArrayList<>();
        for (int from = 0; from < values.size(); from += PackedKey.MAX_COLUMNS) {
            parts.add(PackedKey.pack(values.subList(from, Math.min(values.size(), from + PackedKey.MAX_COLUMNS))));
        }
        return PackedKey.pack(parts);
    }

    /** @param size how many there are */
    static List<@Nullable Object> unpack(byte[] packed, int size) {
        List<@Nullable Object> values = PackedKey.unpack(packed);
        if (size <= PackedKey.MAX_COLUMNS) {
            return values;
        }
        List<@Nullable Object> all = new ArrayList<>(size);
        for (Object part : values) {
            if (part instanceof byte[] bytes) {
                all.addAll(PackedKey.unpack(bytes));
            }
        }
        return all;
    }
}
