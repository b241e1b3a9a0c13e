package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ledger.RangeSet;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotPolicyTest {

    private static final RangeSet BLOCK = RangeSet.EMPTY.plus(1, 4096);

    private final SnapshotPolicy policy = SnapshotPolicy.DEFAULT;

    @Test
    void versionsThatCrashesMayHaveSkippedAreNoReasonForACopy() {
        assertThat(policy.wants(false, Collections.nCopies(1000, BLOCK), 1 << 30))
                .isFalse();
        assertThat(policy.wants(false, List.of(RangeSet.EMPTY.plus(1, 200_000)), 0))
                .isFalse();
    }

    @Test
    void whoHasMissedMuchTakesACopy() {
        assertThat(policy.wants(false, List.of(RangeSet.EMPTY.plus(1, 204_096)), 0))
                .isTrue();
        assertThat(policy.wants(false, Collections.nCopies(200, RangeSet.EMPTY.plus(1, 5_096)), 0))
                .isTrue();
    }

    @Test
    void whoHasNothingTakesACopyOfMoreThanALittle() {
        assertThat(policy.wants(true, List.of(BLOCK), 1 << 20)).isFalse();
        assertThat(policy.wants(true, List.of(BLOCK, BLOCK, BLOCK), 1 << 20)).isTrue();
        assertThat(policy.wants(true, List.of(BLOCK), 16 << 20)).isTrue();
        assertThat(policy.wants(true, List.of(), 16 << 20)).isFalse();
    }
}
