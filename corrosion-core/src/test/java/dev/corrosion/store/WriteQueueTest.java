package dev.corrosion.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriteQueueTest {

    private final Watchdog watchdog = new Watchdog();
    private final WriteQueue queue = new WriteQueue();

    @AfterEach
    void close() {
        watchdog.close();
    }

    private Job<Integer> add(Lane lane) {
        Job<Integer> job = new Job<>(c -> 0, lane, null, queue, watchdog);
        queue.add(job);
        return job;
    }

    private Job<?> next() {
        return Objects.requireNonNull(queue.next());
    }

    /** Each lane refilled after each turn; how often each was served, if a turn takes so long. */
    private Map<Lane, Integer> serve(int turns, Map<Lane, Long> nanos) {
        nanos.keySet().forEach(this::add);
        Map<Lane, Integer> served = new EnumMap<>(Lane.class);
        for (int i = 0; i < turns; i++) {
            Lane lane = next().lane();
            served.merge(lane, 1, Integer::sum);
            queue.spent(lane, Objects.requireNonNull(nanos.get(lane)));
            add(lane);
        }
        return served;
    }

    @Test
    void underFullLoadEachLaneGetsTheSameTimeNotTheSameTurns() {
        Map<Lane, Integer> served =
                serve(1300, Map.of(Lane.LOCAL, 1_000L, Lane.APPLY, 10_000L, Lane.MAINTENANCE, 5_000L));

        assertThat(served.get(Lane.LOCAL)).isBetween(990, 1010);
        assertThat(served.get(Lane.APPLY)).isBetween(98, 102);
        assertThat(served.get(Lane.MAINTENANCE)).isBetween(196, 204);
    }

    @Test
    void oneVeryLongTransactionDoesNotShutItsLaneOut() {
        long minute = TimeUnit.MINUTES.toNanos(1);
        long milli = TimeUnit.MILLISECONDS.toNanos(1);
        long turns = WriteQueue.MAX_CHARGE_NANOS / milli;

        Map<Lane, Integer> served = serve((int) (10 * turns), Map.of(Lane.LOCAL, minute, Lane.APPLY, milli));

        assertThat(served.get(Lane.LOCAL)).isBetween(9, 11);
    }

    @Test
    void aLaneThatWasIdleHasNotSavedUpTurns() {
        serve(1000, Map.of(Lane.APPLY, 1_000L));
        Collections.nCopies(100, Lane.LOCAL).forEach(this::add);

        List<Lane> order = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            order.add(next().lane());
            queue.spent(order.get(i), 1_000);
            add(Lane.APPLY);
        }
        assertThat(Collections.frequency(order, Lane.LOCAL)).isBetween(10, 11);
    }

    @Test
    void aLaneIsServedInOrderOfArrivalAndThosePutBackComeFirst() {
        List<Job<Integer>> jobs = List.of(add(Lane.LOCAL), add(Lane.LOCAL), add(Lane.LOCAL));
        List<Job<?>> taken = List.of(next(), next());
        assertThat(taken).isEqualTo(jobs.subList(0, 2));

        queue.putBack(taken);

        assertThat(List.of(next(), next(), next())).isEqualTo(jobs);
    }

    @Test
    void eachBoundedLaneRefusesWhatIsTooMuchAndOnlyThat() {
        for (Lane lane : List.of(Lane.LOCAL, Lane.MAINTENANCE)) {
            Collections.nCopies(lane.maxWaiting, lane).forEach(this::add);
            assertThatThrownBy(() -> add(lane))
                    .isInstanceOf(OverloadedException.class)
                    .hasMessageContaining(lane.maxWaiting + " writes are waiting");
        }
        Collections.nCopies(2 * Lane.LOCAL.maxWaiting, Lane.APPLY).forEach(this::add);
        queue.close();
        assertThatThrownBy(() -> add(Lane.APPLY)).isInstanceOf(DatabaseClosedException.class);
    }
}
