package dev.corrosion.protocol;

import dev.corrosion.fuzz.Budget;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.ledger.VersionRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two lists of ranges of versions, as messages have them: in any order, and they may overlap. */
public final class RangeSetFuzz {

    private RangeSetFuzz() {}

    private record Pair(RangeSet a, RangeSet b, List<VersionRange> all) {}

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        Budget.check(input.length, () -> {
            Pair pair = read(input);
            if (pair != null) {
                check(pair.a, pair.b, pair.all);
            }
        });
    }

    private static @Nullable Pair read(byte[] input) {
        try {
            ByteReader in = new ByteReader(input);
            List<VersionRange> a = Wire.readRanges(in);
            List<VersionRange> b = Wire.readRanges(in);
            in.end();
            List<VersionRange> all = new ArrayList<>(a);
            all.addAll(b);
            return new Pair(RangeSet.of(a), RangeSet.of(b), all);
        } catch (ProtocolException | IllegalArgumentException e) {
            return null;
        }
    }

    private static void check(RangeSet a, RangeSet b, List<VersionRange> all) {
        requireNormal(a);
        requireNormal(b);
        RangeSet union = a.plus(b);
        RangeSet both = a.intersect(b);
        RangeSet rest = a.minus(b);
        requireNormal(union);
        requireNormal(both);
        requireNormal(rest);
        require(union.equals(RangeSet.of(all)) && union.equals(b.plus(a)), "the order of a union matters");
        require(both.equals(b.intersect(a)), "the order of an intersection matters");
        require(rest.intersect(b).isEmpty(), "what was taken away is still there");
        require(rest.plus(both).equals(a), "the parts are not the whole");
        require(rest.size() + both.size() == a.size(), "the sizes of the parts are not that of the whole");
        require(a.newest(a.size()).equals(a), "the newest of all are not all");
        require(decoded(a).equals(a), "encoded and decoded it is another set");
        for (VersionRange range : all) {
            require(union.contains(range.first()) && union.contains(range.last()), "an end of a range is missing");
        }
    }

    /** Sorted, and with something between them. */
    private static void requireNormal(RangeSet set) {
        long before = -1;
        for (VersionRange range : set.ranges()) {
            require(range.first() > before + 1 && range.last() >= range.first(), "not sorted: " + set);
            before = range.last();
        }
    }

    private static RangeSet decoded(RangeSet set) {
        ByteWriter out = new ByteWriter(16);
        Wire.writeRanges(out, set.ranges());
        return RangeSet.of(Wire.readRanges(new ByteReader(out.toBytes())));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
