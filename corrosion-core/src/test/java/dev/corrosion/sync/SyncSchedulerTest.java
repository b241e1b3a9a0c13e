package dev.corrosion.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.sync.SyncEffect.Fetch;
import dev.corrosion.sync.SyncEffect.StartTimer;
import dev.corrosion.sync.SyncEvent.FetchEnded;
import dev.corrosion.sync.SyncEvent.LackNoticed;
import dev.corrosion.sync.SyncEvent.PeerGone;
import dev.corrosion.sync.SyncEvent.PeerUp;
import dev.corrosion.sync.SyncEvent.Start;
import dev.corrosion.sync.SyncEvent.Tick;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SyncSchedulerTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final SyncScheduler scheduler = new SyncScheduler(INTERVAL, new Random(1));
    private long now = 1000;

    @Test
    void fetchesFromAPeerAsSoonAsItAppears() {
        assertThat(up(1)).containsExactly(fetch(1));
    }

    @Test
    void fetchesFromARandomPeerAtEachTick() {
        up(1);
        ended(1, true);
        assertThat(on(new Tick())).contains(fetch(1)).hasAtLeastOneElementOfType(StartTimer.class);
    }

    @Test
    void comesBackForWhatTurnsUpDuringAFetch() {
        up(1);
        assertThat(on(new LackNoticed(peer(1)))).isEmpty();
        assertThat(ended(1, true)).containsExactly(fetch(1));
        assertThat(ended(1, true)).isEmpty();
    }

    @Test
    void runsABoundedNumberOfFetchesAndStartsTheNextWhenOneEnds() {
        up(1);
        up(2);
        assertThat(up(3)).isEmpty();
        assertThat(ended(1, true)).containsExactly(fetch(3));
    }

    @Test
    void leavesAFailedPeerAloneForLongerEachTime() {
        up(1);
        for (int intervals : new int[] {1, 2, 4, 8, 8}) {
            assertThat(ended(1, false)).isEmpty();
            now += INTERVAL.toNanos() * intervals - 1000;
            assertThat(on(new Tick())).doesNotContain(fetch(1));
            now += 2000;
            assertThat(on(new Tick())).contains(fetch(1));
        }
    }

    @Test
    void peersThatAreWantedAllTheTimeDoNotKeepOthersWaiting() {
        up(1);
        up(2);
        up(3);
        on(new LackNoticed(peer(1)));
        on(new LackNoticed(peer(2)));
        assertThat(ended(1, true)).containsExactly(fetch(3));
    }

    @Test
    void aRestartedPeerIsFetchedFromAtOnceEvenIfItFailedBefore() {
        up(1);
        ended(1, false);
        assertThat(up(1)).containsExactly(fetch(1));
    }

    @Test
    void forgetsAPeerThatIsGone() {
        up(1);
        on(new PeerGone(peer(1)));
        assertThat(ended(1, false)).isEmpty();
        assertThat(on(new LackNoticed(peer(1)))).isEmpty();
        assertThat(on(new Tick())).doesNotContain(fetch(1));
    }

    @Test
    void ticksStaySpreadAroundTheInterval() {
        for (int i = 0; i < 100; i++) {
            StartTimer timer = (StartTimer) on(new Start()).get(0);
            assertThat(timer.delay())
                    .isBetween(INTERVAL.dividedBy(2), INTERVAL.multipliedBy(3).dividedBy(2));
        }
    }

    private List<SyncEffect> up(int peer) {
        return on(new PeerUp(peer(peer), address(peer)));
    }

    private List<SyncEffect> ended(int peer, boolean complete) {
        return on(new FetchEnded(peer(peer), complete));
    }

    private List<SyncEffect> on(SyncEvent event) {
        return scheduler.on(event, now++);
    }

    private static Fetch fetch(int peer) {
        return new Fetch(peer(peer), address(peer));
    }

    private static ActorId peer(int number) {
        return new ActorId(new UUID(0, number));
    }

    private static InetSocketAddress address(int number) {
        return InetSocketAddress.createUnresolved("peer", number);
    }
}
