package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.store.Occupation;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    private final Occupation loop = new Occupation();
    private final LongAdder stalls = new LongAdder();
    private final StallWatch watch = new StallWatch(new ProcessHost(), Map.of("event loop", loop), stalls);

    private static long later(Duration duration) {
        return System.nanoTime() + duration.toNanos();
    }

    @Test
    void whatIsAtOneThingForTooLongStallsUntilItGoesOn() {
        loop.begin();
        watch.look(later(Duration.ofSeconds(4)));
        assertThat(watch.stalled()).isEmpty();

        watch.look(later(Duration.ofSeconds(6)));
        watch.look(later(Duration.ofSeconds(9)));
        assertThat(watch.stalled())
                .singleElement()
                .asString()
                .contains("event loop")
                .contains("9 s");
        assertThat(stalls.sum()).isEqualTo(1);

        loop.end();
        watch.look(later(Duration.ofSeconds(10)));
        assertThat(watch.stalled()).isEmpty();
        watch.close();
    }

    @Test
    void anotherThingIsAnotherStall() {
        loop.begin();
        watch.look(later(Duration.ofSeconds(6)));
        loop.begin();
        watch.look(later(Duration.ofSeconds(7)));
        watch.look(later(Duration.ofSeconds(14)));
        assertThat(stalls.sum()).isEqualTo(2);
        watch.close();
    }

    @Test
    void aLoopIsAtOneTaskAfterTheOther() {
        ThreadLoop threadLoop = new ThreadLoop("test");
        Occupation[] seen = {threadLoop.occupation()};
        boolean[] busy = {false};
        threadLoop.execute(() -> busy[0] = seen[0].current().isPresent());
        threadLoop.execute(() -> {});
        Awaitility.await().untilAsserted(() -> {
            assertThat(busy[0]).isTrue();
            assertThat(seen[0].current()).isEmpty();
        });
        threadLoop.close();
        watch.close();
    }
}
