package dev.corrosion.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeSetTest {

    private static final int MAX = 60;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesAsASetOfBits(long seed) {
        Random random = new Random(seed);
        RangeSet set = RangeSet.EMPTY;
        BitSet bits = new BitSet();
        RangeSet other = RangeSet.EMPTY.plus(5, 9).plus(20, 40);
        for (int step = 0; step < 500; step++) {
            int first = 1 + random.nextInt(MAX);
            int last = first + random.nextInt(8);
            if (random.nextBoolean()) {
                set = set.plus(first, last);
                bits.set(first, last + 1);
            } else {
                set = set.minus(first, last);
                bits.clear(first, last + 1);
            }
            assertSame(set, bits);
            BitSet both = (BitSet) bits.clone();
            both.and(bits(other));
            assertSame(set.intersect(other), both);
            BitSet rest = new BitSet();
            rest.set(1, MAX + 1);
            rest.andNot(bits);
            assertSame(set.complement(MAX), rest);
            List<VersionRange> shuffled = new ArrayList<>(set.ranges());
            shuffled.addAll(set.ranges());
            Collections.shuffle(shuffled, random);
            assertThat(RangeSet.of(shuffled)).isEqualTo(set);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void appliedAndGapsPartitionOneToHead(long seed) {
        Random random = new Random(seed);
        ActorVersions versions = ActorVersions.NONE;
        BitSet applied = new BitSet();
        for (int step = 0; step < 300; step++) {
            int first = 1 + random.nextInt(MAX);
            if (random.nextInt(4) == 0) {
                versions = versions.heard(first);
            } else {
                int last = first + random.nextInt(3);
                versions = versions.applied(first, last);
                applied.set(first, last + 1);
            }
            assertSame(versions.applied(), applied);
            for (long version = 1; version <= versions.head(); version++) {
                assertThat(versions.contains(version))
                        .isNotEqualTo(versions.gaps().contains(version));
            }
        }
    }

    private static void assertSame(RangeSet set, BitSet bits) {
        assertThat(bits(set)).isEqualTo(bits);
        assertThat(set.size()).isEqualTo(bits.cardinality());
        for (int i = 1; i < set.ranges().size(); i++) {
            assertThat(set.ranges().get(i - 1).last() + 1)
                    .isLessThan(set.ranges().get(i).first());
        }
    }

    private static BitSet bits(RangeSet set) {
        BitSet bits = new BitSet();
        for (int version = 1; version < 2 * MAX; version++) {
            if (set.contains(version)) {
                bits.set(version);
            }
        }
        return bits;
    }
}
