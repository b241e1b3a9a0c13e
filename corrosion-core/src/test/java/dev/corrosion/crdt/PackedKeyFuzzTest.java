package dev.corrosion.crdt;

import dev.corrosion.fuzz.Fuzzing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PackedKeyFuzzTest {

    @Test
    void bytesAreAKeyOrRefusedAndTakeLittle() {
        Fuzzing.run(
                "packed-key",
                List.of(
                        key(1L),
                        key(0L, -1L, Long.MIN_VALUE, 1L << 40),
                        key("größe", ""),
                        key(-0.0, Double.NaN, Double.MAX_VALUE),
                        key(new byte[0], new byte[] {0, -1}),
                        key("x".repeat(300), null, 7L)),
                PackedKeyFuzz::fuzzerTestOneInput);
    }

    private static byte[] key(@Nullable Object... values) {
        return PackedKey.pack(new ArrayList<>(Arrays.asList(values)));
    }
}
