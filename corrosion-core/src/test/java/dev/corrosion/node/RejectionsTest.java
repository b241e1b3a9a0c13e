package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.ledger.VersionRange;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RejectionsTest {

    private static final ActorId LIAR = new ActorId(new UUID(6, 6));
    private static final ActorId OTHER = new ActorId(new UUID(7, 7));

    private final Rejections rejections = new Rejections();

    @Test
    void whatIsRememberedIsBoundedAndThereIsRoomAgainWhenItCame() {
        for (int i = 1; i <= Rejections.MAX_RANGES; i++) {
            assertThat(rejections.add(LIAR, 2L * i, "no such table")).isTrue();
        }
        assertThat(rejections.add(LIAR, 2, "no such table")).isFalse();
        assertThat(rejections.describe()).hasSize(100);

        assertThat(rejections.add(OTHER, 1, "no such table")).isTrue();
        assertThat(rejections.add(OTHER, 1, "no such table"))
                .as("not remembered")
                .isTrue();
        assertThat(rejections.isLessThan(RangeSet.EMPTY.plus(1, 1), OTHER)).isTrue();

        rejections.remove(LIAR, List.of(new VersionRange(1, 100)));

        rejections.add(OTHER, 1, "no such table");
        assertThat(rejections.add(OTHER, 1, "no such table")).isFalse();
        assertThat(rejections.isLessThan(RangeSet.EMPTY.plus(1, 1), OTHER)).isFalse();
    }
}
