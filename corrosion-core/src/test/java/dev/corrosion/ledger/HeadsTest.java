package dev.corrosion.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HeadsTest {

    /** Few of them, half with a negative half, so that signed comparison would show. */
    private static ActorId actor(Random random) {
        return new ActorId(new UUID(random.nextInt(6) - 3L, random.nextInt(6) - 3L));
    }

    private static Map<ActorId, Long> random(Random random) {
        Map<ActorId, Long> map = new HashMap<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            map.put(actor(random), 1L + random.nextInt(5));
        }
        return map;
    }

    @Test
    void itIsTheMapThatItWasMadeFromInTheOrderOfTheActors() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            Map<ActorId, Long> map = random(random);
            Heads heads = Heads.copyOf(map);
            assertThat(heads).isEqualTo(map).hasSameHashCodeAs(map);
            assertThat(heads.keySet()).containsExactlyElementsOf(new TreeMap<>(map).keySet());
            ActorId asked = actor(random);
            assertThat(heads.of(asked)).isEqualTo(map.getOrDefault(asked, 0L));
            assertThat(heads.get(asked)).isEqualTo(map.get(asked));
            assertThat(heads.containsKey(asked)).isEqualTo(map.containsKey(asked));
        }
    }

    @Test
    void joinedTheHigherVersionStays() {
        Random random = new Random(4);
        for (int round = 0; round < 500; round++) {
            Map<ActorId, Long> one = random(random);
            Map<ActorId, Long> other = random(random);
            Map<ActorId, Long> joined = new HashMap<>(one);
            other.forEach((actor, version) -> joined.merge(actor, version, Math::max));
            assertThat(Heads.copyOf(one).join(other)).isEqualTo(joined);
        }
    }
}
