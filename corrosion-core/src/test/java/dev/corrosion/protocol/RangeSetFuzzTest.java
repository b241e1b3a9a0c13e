package dev.corrosion.protocol;

import dev.corrosion.fuzz.Fuzzing;
import dev.corrosion.ledger.VersionRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeSetFuzzTest {

    @Test
    void rangesOfVersionsAreSetsOrRefusedAndTakeLittle() {
        VersionRange all = new VersionRange(1, ByteReader.MAX_NUMBER);
        Fuzzing.run(
                "ranges",
                List.of(
                        ranges(List.of(), List.of()),
                        ranges(List.of(all), List.of(new VersionRange(1, 1))),
                        ranges(
                                List.of(new VersionRange(5, 9), new VersionRange(1, 3)),
                                List.of(new VersionRange(4, 4))),
                        ranges(
                                List.of(new VersionRange(1, 10), new VersionRange(20, 30), new VersionRange(25, 40)),
                                List.of(new VersionRange(8, 22), new VersionRange(300, 70_000))),
                        ranges(List.of(new VersionRange(ByteReader.MAX_NUMBER, ByteReader.MAX_NUMBER)), List.of(all))),
                RangeSetFuzz::fuzzerTestOneInput);
    }

    private static byte[] ranges(List<VersionRange> a, List<VersionRange> b) {
        ByteWriter out = new ByteWriter(64);
        Wire.writeRanges(out, a);
        Wire.writeRanges(out, b);
        return out.toBytes();
    }
}
