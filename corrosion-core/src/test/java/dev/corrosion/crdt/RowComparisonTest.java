package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.RangeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is said of two copies of a row, and what becomes of them. */
class RowComparisonTest {

    private static final ActorId A = new ActorId(new UUID(0, 1));
    private static final ActorId B = new ActorId(new UUID(0, 2));
    private static final Map<ActorId, ActorVersions> ALL = Map.of(A, upTo(9), B, upTo(9));
    private static final RowKey KEY = new RowKey(PackedKey.pack(List.of("x")));

    private static ActorVersions upTo(long head) {
        return new ActorVersions(head, RangeSet.EMPTY);
    }

    private static SiteStamp stamp(long cv, ActorId site, long version) {
        return new SiteStamp(cv, site, version, 0, "7");
    }

    private static RowState living(SiteStamp stamp, Object value) {
        return new RowState(KEY, 1, true, true, null, List.of(new RowState.Cell("c", stamp, value)));
    }

    private static RowState tombstone(long cl, ActorId site, long version) {
        return new RowState(
                KEY, cl, false, true, stamp(cl, site, version), List.of(new RowState.Cell("c", null, null)));
    }

    private static boolean hasDiverged(RowView mine, RowView theirs) {
        return !RowComparison.unexplained(RowComparison.differences("t", mine.row(), theirs.row()), mine, theirs)
                .isEmpty();
    }

    @Test
    void aVersionThatOneHasAndTheOtherLacksExplainsADifference() {
        RowState before = living(stamp(1, A, 3), "old");
        RowState after = living(stamp(2, B, 5), "new");
        Map<ActorId, ActorVersions> behind = Map.of(A, upTo(9), B, upTo(4));
        assertThat(hasDiverged(new RowView(before, behind), new RowView(after, ALL)))
                .isFalse();
        assertThat(hasDiverged(new RowView(after, ALL), new RowView(before, behind)))
                .isFalse();
        assertThat(hasDiverged(new RowView(before, ALL), new RowView(after, ALL)))
                .isTrue();
        assertThat(hasDiverged(new RowView(tombstone(2, B, 5), ALL), new RowView(before, behind)))
                .isFalse();
        assertThat(hasDiverged(new RowView(tombstone(2, B, 5), ALL), new RowView(before, ALL)))
                .isTrue();
    }

    @Test
    void aVersionThatNobodyHasExplainsNothing() {
        RowState invented = living(stamp(1, B, 77), "x");
        assertThat(hasDiverged(new RowView(invented, ALL), new RowView(living(stamp(1, B, 7), "x"), ALL)))
                .isTrue();
    }

    @Test
    void aVersionThatBothLackIsNoticed() {
        ActorVersions gap = new ActorVersions(9, RangeSet.EMPTY.plus(4, 6));
        assertThat(RowComparison.lackTheSame(Map.of(A, upTo(9)), Map.of(A, gap)))
                .isFalse();
        assertThat(RowComparison.lackTheSame(Map.of(A, upTo(4)), Map.of(A, gap)))
                .isTrue();
        assertThat(RowComparison.lackTheSame(Map.of(B, upTo(4)), Map.of(A, gap)))
                .isTrue();
        assertThat(RowComparison.lackTheSame(
                        Map.of(A, gap), Map.of(A, new ActorVersions(9, RangeSet.EMPTY.plus(7, 8)))))
                .isFalse();
    }

    @Test
    void theSentinelOfALivingRowIsNoDifference() {
        RowState mine = new RowState(KEY, 3, true, true, stamp(3, A, 1), List.of());
        RowState theirs = new RowState(KEY, 3, true, true, stamp(3, B, 2), List.of());
        assertThat(RowComparison.differences("t", mine, theirs)).isEmpty();
    }

    @Test
    void aRowThatMayHaveBeenDeletedAndForgottenIsNotTaken() {
        RowView nothing = new RowView(RowState.nothing(KEY, List.of("c")), ALL);
        RowView living = new RowView(living(stamp(1, A, 3), "x"), ALL);
        assertThat(RowComparison.merged(nothing, living, 2)).isEqualTo(nothing.row());
        assertThat(RowComparison.merged(nothing, living, 0)).isEqualTo(living.row());
        assertThat(RowComparison.merged(living, nothing, 2)).isEqualTo(living.row());
    }

    @Test
    void nothingIsTakenOfAVersionThatIsNotHere() {
        Map<ActorId, ActorVersions> behind = Map.of(A, upTo(2), B, upTo(9));
        RowState mine = living(stamp(1, B, 1), "mine");
        RowState theirs = living(stamp(2, A, 3), "theirs");
        assertThat(RowComparison.merged(new RowView(mine, behind), new RowView(theirs, ALL), 0))
                .isEqualTo(mine);
    }

    /** Whatever the records are, as long as they do not contradict themselves: one exchange makes the copies the same. */
    @Test
    void bothTakeTheSame() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            RowView mine = new RowView(randomRow(random), ALL);
            RowView theirs = new RowView(randomRow(random), ALL);
            RowView here = new RowView(RowComparison.merged(mine, theirs, 0), ALL);
            RowView there = new RowView(RowComparison.merged(theirs, here, 0), ALL);
            assertThat(RowComparison.differences("t", here.row(), there.row()))
                    .as("%s and %s", mine, theirs)
                    .isEmpty();
            assertThat(RowComparison.differences("t", here.row(), RowComparison.merged(theirs, mine, 0)))
                    .as("%s and %s, the other way round", mine, theirs)
                    .isEmpty();
            assertThat(RowComparison.merged(here, there, 0)).isEqualTo(here.row());
        }
    }

    private static RowState randomRow(Random random) {
        long cl = random.nextInt(4);
        if (cl == 0) {
            return RowState.nothing(KEY, List.of("c", "d"));
        }
        SiteStamp sentinel = stamp(cl, random.nextBoolean() ? A : B, 1 + random.nextInt(3));
        List<RowState.Cell> cells = new ArrayList<>();
        for (String column : List.of("c", "d")) {
            boolean recorded = cl % 2 == 1 && random.nextInt(4) > 0;
            SiteStamp stamp = stamp(random.nextInt(2), random.nextBoolean() ? A : B, 1 + random.nextInt(3));
            Object value = cl % 2 == 0 || random.nextInt(5) == 0 ? null : (Object) (long) random.nextInt(2);
            cells.add(new RowState.Cell(column, recorded ? stamp : null, value));
        }
        return new RowState(KEY, cl, cl % 2 == 1, true, sentinel, cells);
    }
}
