package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a comparison with a recorded vector leaves open, and what it does not. */
class StateComparisonTest {

    private static final ActorId SELF = new ActorId(new UUID(0, 5));
    private static final ActorId OTHER = new ActorId(new UUID(0, 9));

    private static final Leniency SEQ_ORDER = new Leniency(true, false, false, false, false);
    private static final Leniency GAPS = new Leniency(false, true, false, false, false);
    private static final Leniency ROW_ORDER = new Leniency(false, false, true, false, false);
    private static final Leniency EQUAL_WRITES = new Leniency(false, false, false, false, true);

    private static Change change(ActorId site, String key, String column, long version, long seq) {
        return new Change("t", PackedKey.pack(List.of(key)), column, 1L, 1, version, site, 1, seq, "7");
    }

    private static Change own(String key, String column, long version, long seq) {
        return change(SELF, key, column, version, seq);
    }

    private static SiteState state(long version, Change... changes) {
        Map<ActorId, Long> heads = version == 0 ? Map.of() : Map.of(SELF, version);
        return new SiteState(version, heads, Map.of("t", List.of()), SiteState.byPlace(List.of(changes)));
    }

    private static List<String> compare(Leniency leniency, SiteState expected, SiteState actual) {
        return new StateComparison(SELF, leniency).compare(expected, actual);
    }

    @Test
    void onlyTheOrderOfSeqsCountsAfterUndoneWork() {
        SiteState recorded = state(1, own("x", "a", 1, 0), own("x", "b", 1, 5));
        SiteState dense = state(1, own("x", "a", 1, 0), own("x", "b", 1, 1));
        SiteState reversed = state(1, own("x", "a", 1, 5), own("x", "b", 1, 0));
        assertThat(compare(SEQ_ORDER, recorded, dense)).isEmpty();
        assertThat(compare(Leniency.NONE, recorded, dense)).isNotEmpty();
        assertThat(compare(GAPS, recorded, dense)).isNotEmpty();
        assertThat(compare(SEQ_ORDER, recorded, reversed)).isNotEmpty();
    }

    @Test
    void seqsOfOthersAndSeqsOnceGivenAreExact() {
        SiteState recorded = state(0, change(OTHER, "x", "a", 1, 5));
        assertThat(compare(SEQ_ORDER, recorded, state(0, change(OTHER, "x", "a", 1, 4))))
                .isNotEmpty();

        StateComparison comparison = new StateComparison(SELF, SEQ_ORDER);
        assertThat(comparison.compare(state(1, own("x", "a", 1, 5)), state(1, own("x", "a", 1, 3))))
                .isEmpty();
        assertThat(comparison.compare(state(1, own("x", "a", 1, 5)), state(1, own("x", "a", 1, 4))))
                .isNotEmpty();
    }

    @Test
    void aVersionWithoutChangesMayBeUsedUpOrNot() {
        StateComparison comparison = new StateComparison(SELF, GAPS);
        Change first = own("x", "a", 1, 0);
        assertThat(comparison.compare(state(1, first), state(1, first))).isEmpty();
        assertThat(comparison.compare(state(2, first), state(1, first))).isEmpty();
        assertThat(comparison.compare(state(3, first, own("y", "a", 3, 0)), state(2, first, own("y", "a", 2, 0))))
                .isEmpty();
        assertThat(comparison.deliverable(own("y", "a", 3, 0)).dbVersion())
                .as("comes back under its own number")
                .isEqualTo(2);
        assertThat(comparison.compare(state(3, first, own("y", "a", 3, 0)), state(2, first, own("y", "a", 1, 0))))
                .isNotEmpty();
        assertThat(compare(Leniency.NONE, state(1), state(0))).isNotEmpty();
        assertThat(compare(GAPS, state(1, first), state(2, own("x", "a", 2, 0))))
                .as("two at once")
                .isNotEmpty();
        assertThat(compare(GAPS, state(0), state(1))).as("none there").isNotEmpty();
    }

    @Test
    void severalRowsMayTakeTheirSeqsInAnotherOrder() {
        SiteState recorded =
                state(1, own("x", "a", 1, 0), own("x", "b", 1, 1), own("y", "a", 1, 2), own("y", "b", 1, 3));
        SiteState otherRowFirst =
                state(1, own("x", "a", 1, 2), own("x", "b", 1, 3), own("y", "a", 1, 0), own("y", "b", 1, 1));
        SiteState otherColumnFirst =
                state(1, own("x", "a", 1, 1), own("x", "b", 1, 0), own("y", "a", 1, 2), own("y", "b", 1, 3));
        assertThat(compare(ROW_ORDER, recorded, otherRowFirst)).isEmpty();
        assertThat(compare(SEQ_ORDER, recorded, otherRowFirst)).isNotEmpty();
        assertThat(compare(ROW_ORDER, recorded, otherColumnFirst)).isNotEmpty();
    }

    @Test
    void whoOfTwoEqualWritersKeepsTheRecordIsOpenButNotTheirValue() {
        SiteState recorded = state(0, change(SELF, "x", "a", 1, 0));
        assertThat(compare(EQUAL_WRITES, recorded, state(0, change(OTHER, "x", "a", 4, 2))))
                .isEmpty();
        assertThat(compare(Leniency.NONE, recorded, state(0, change(OTHER, "x", "a", 1, 0))))
                .isNotEmpty();
        assertThat(compare(EQUAL_WRITES, recorded, state(0, zero(0.0, 1, 1)))).isNotEmpty();
    }

    @Test
    void theSignOfAZeroMayBeRecorded() {
        StateComparison comparison = new StateComparison(SELF, Leniency.NONE);
        assertThat(comparison.compare(state(1, zero(0.0, 1, 1)), state(1, zero(0.0, 1, 1))))
                .isEmpty();
        assertThat(comparison.compare(state(1, zero(-0.0, 1, 1)), state(2, zero(-0.0, 2, 2))))
                .isEmpty();
        assertThat(comparison.compare(
                        state(2, zero(-0.0, 1, 1), own("y", "a", 2, 0)),
                        state(3, zero(-0.0, 2, 2), own("y", "a", 3, 0))))
                .isEmpty();
        assertThat(comparison.compare(
                        state(2, zero(-0.0, 1, 1), own("y", "a", 2, 0)),
                        state(3, zero(0.0, 2, 2), own("y", "a", 3, 0))))
                .isNotEmpty();

        assertThat(compare(Leniency.NONE, state(1, zero(0.0, 1, 1)), state(1, zero(-0.0, 1, 1))))
                .isNotEmpty();
    }

    private static Change zero(@Nullable Object value, long colVersion, long version) {
        return new Change("t", PackedKey.pack(List.of("z")), "a", value, colVersion, version, SELF, 1, 0, "7");
    }
}
