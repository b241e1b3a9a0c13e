package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LacksTest {

    private static final long GRACE = Duration.ofMinutes(1).toNanos();

    private final Lacks lacks = new Lacks(Duration.ofNanos(GRACE));

    @Test
    void whatIsSeenForAsLongAsTheGraceLasts() {
        assertThat(lacks.note(peer(1), 0, true)).isFalse();
        assertThat(lacks.note(peer(1), GRACE - 1, true)).isFalse();
        assertThat(lacks.parted()).isEmpty();
        assertThat(lacks.note(peer(1), GRACE, true)).isTrue();
        assertThat(lacks.parted()).contains(peer(1));
        lacks.forget(peer(1));
        assertThat(lacks.parted()).isEmpty();
        assertThat(lacks.note(peer(1), GRACE + 1, true)).isFalse();
    }

    @Test
    void namesThatSomebodyInventsTakeNoMoreThanTheirRoom() {
        for (int i = 0; i < Lacks.MAX_PEERS; i++) {
            lacks.note(peer(i), 0, false);
        }
        int late = Lacks.MAX_PEERS;
        assertThat(lacks.note(peer(late), 1, true)).isFalse();
        assertThat(lacks.note(peer(late), GRACE, true)).isFalse();
        assertThat(lacks.note(peer(late), GRACE + 1 + GRACE, true)).isTrue();
    }

    private static ActorId peer(int number) {
        return new ActorId(new UUID(7, number));
    }
}
