package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private static final ActorId A = new ActorId(new UUID(1, 1));
    private static final ActorId B = new ActorId(new UUID(2, 2));
    private static final ActorId C = new ActorId(new UUID(3, 3));

    private final Places places = new Places(5, 2, "places", () -> 0L);

    @Test
    void onePeerLeavesPlacesForOthersAndAllTogetherHaveNoMoreThanThereAre() {
        assertThat(places.take(A)).isTrue();
        assertThat(places.take(A)).isTrue();
        assertThat(places.take(A)).isFalse();
        assertThat(places.take(B)).isTrue();
        assertThat(places.take(B)).isTrue();
        assertThat(places.take(C)).isTrue();
        assertThat(places.take(C)).as("all are taken").isFalse();

        places.free(A);

        assertThat(places.take(C)).isTrue();
        assertThat(places.taken()).isEqualTo(5);
    }

    @Test
    void somethingLargeIsLetInIfItsPeerHasNothingYet() {
        assertThat(places.take(A, 4)).isTrue();
        assertThat(places.take(A)).isFalse();
        assertThat(places.take(B, 2)).as("more than is left of all").isFalse();
        places.free(A, 4);
        assertThat(places.take(B, 50)).as("nothing else is there").isTrue();
        assertThat(places.take(A)).isFalse();
        places.free(B, 50);
        assertThat(places.taken()).isZero();
        assertThat(places.take(B)).isTrue();
    }
}
