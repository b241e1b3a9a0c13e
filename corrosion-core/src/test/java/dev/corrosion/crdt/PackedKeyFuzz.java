package dev.corrosion.crdt;

import dev.corrosion.fuzz.Budget;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The key of a row, as a peer gives it. */
public final class PackedKeyFuzz {

    private PackedKeyFuzz() {}

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        Budget.check(input.length, () -> {
            unpack(input);
            parts(input);
            Objects.requireNonNull(new RowKey(input).describe());
        });
    }

    private static void unpack(byte[] input) {
        List<@Nullable Object> values;
        try {
            values = PackedKey.unpack(input);
        } catch (IllegalArgumentException expected) {
            return;
        }
        byte[] once = PackedKey.pack(values);
        List<@Nullable Object> again = PackedKey.unpack(once);
        if (!Arrays.deepEquals(values.toArray(), again.toArray()) || !Arrays.equals(once, PackedKey.pack(again))) {
            throw new AssertionError("packed and unpacked it is another key: " + values + " and " + again);
        }
    }

    private static void parts(byte[] input) {
        List<ScanPosition.Part> parts;
        try {
            parts = PackedKey.parts(input);
        } catch (IllegalArgumentException expected) {
            return;
        }
        byte[] once = PackedKey.packParts(parts);
        if (!Arrays.equals(once, PackedKey.packParts(PackedKey.parts(once)))) {
            throw new AssertionError("packed and unpacked it is another key: " + parts);
        }
    }
}
