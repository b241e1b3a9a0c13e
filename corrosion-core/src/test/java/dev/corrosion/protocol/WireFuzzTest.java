package dev.corrosion.protocol;

import dev.corrosion.fuzz.Fuzzing;
import org.junit.jupiter.api.Test;

class WireFuzzTest {

    @Test
    void bytesAreAMessageOrRefusedAndTakeLittle() {
        Fuzzing.run("wire", WireTest.messages().map(Wire::encode).toList(), WireFuzz::fuzzerTestOneInput);
    }
}
