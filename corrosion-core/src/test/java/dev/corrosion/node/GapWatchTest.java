package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.store.Occupation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GapWatchTest {

    private static final ActorId ACTOR = new ActorId(new UUID(0, 1));
    private static final ActorId PEER = new ActorId(new UUID(0, 2));

    private final Timers timers = new Timers();
    private final List<ActorId> asked = new ArrayList<>();
    private RangeSet gaps = RangeSet.EMPTY;
    private final GapWatch watch = new GapWatch(timers, actor -> gaps, (actor, peer) -> asked.add(peer));

    private void overtakes(long first, long last) {
        gaps = gaps.plus(first, last);
        watch.noted(ACTOR, PEER);
    }

    @Test
    void whatComesByItselfIsNotAskedFor() {
        overtakes(4, 5);
        gaps = RangeSet.EMPTY;
        timers.runNext();

        assertThat(asked).isEmpty();
        assertThat(timers.waiting).isEmpty();
    }

    @Test
    void aGapThatStaysIsAskedForOnceAfterAWhile() {
        overtakes(4, 5);
        overtakes(7, 7);
        assertThat(asked).isEmpty();
        timers.runNext();

        assertThat(asked).containsExactly(PEER);
        assertThat(timers.waiting).isEmpty();
    }

    @Test
    void aGapOfLaterGetsItsOwnTime() {
        overtakes(4, 5);
        overtakes(7, 7);
        gaps = RangeSet.EMPTY.plus(7, 7);
        timers.runNext();
        assertThat(asked).isEmpty();
        timers.runNext();

        assertThat(asked).containsExactly(PEER);
    }

    /** Keeps what is scheduled. */
    private static final class Timers implements EventLoop {

        @Override
        public Occupation occupation() {
            return new Occupation();
        }

        private final Deque<Runnable> waiting = new ArrayDeque<>();

        void runNext() {
            waiting.remove().run();
        }

        @Override
        public long now() {
            return 0;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void schedule(Duration delay, Runnable task) {
            assertThat(delay).isEqualTo(GapWatch.PATIENCE);
            waiting.add(task);
        }

        @Override
        public void close() {}
    }
}
