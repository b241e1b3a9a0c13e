package dev.corrosion.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.sync.SyncEffect.Cancel;
import dev.corrosion.sync.SyncEffect.Compare;
import dev.corrosion.sync.SyncEffect.Fetch;
import dev.corrosion.sync.SyncEffect.StartTimer;
import dev.corrosion.sync.SyncEvent.CheckProgress;
import dev.corrosion.sync.SyncEvent.Compared;
import dev.corrosion.sync.SyncEvent.Failed;
import dev.corrosion.sync.SyncEvent.Fetched;
import dev.corrosion.sync.SyncEvent.LackNoticed;
import dev.corrosion.sync.SyncEvent.PeerGone;
import dev.corrosion.sync.SyncEvent.PeerUp;
import dev.corrosion.sync.SyncEvent.Progressed;
import dev.corrosion.sync.SyncEvent.Start;
import dev.corrosion.sync.SyncEvent.Tick;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SyncSchedulerTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final ActorId X = actor(100);
    private static final ActorId Y = actor(101);

    private final SyncScheduler scheduler = new SyncScheduler(INTERVAL, new Random(1));
    private final Map<ActorId, Long> tasks = new HashMap<>();
    private long now = 1000;

    @Test
    void comparesWithAPeerAsSoonAsItAppears() {
        assertThat(compared(up(1))).containsExactly(actor(1));
    }

    @Test
    void comparesWithARandomPeerAtEachTick() {
        up(1);
        equal(1);
        List<SyncEffect> effects = on(new Tick());
        assertThat(compared(effects)).containsExactly(actor(1));
        assertThat(effects).anyMatch(effect -> effect instanceof StartTimer timer && timer.event() instanceof Tick);
    }

    @Test
    void comparesAgainWithAPeerThatShowsSomethingNewMeanwhile() {
        up(1);
        assertThat(on(new LackNoticed(actor(1)))).isEmpty();
        assertThat(equal(1)).anyMatch(effect -> effect instanceof Compare compare && compare.lacking());
        assertThat(compared(equal(1))).isEmpty();
    }

    @Test
    void fetchesWhatIsMissingTheNewestVersionsOfEachActorFirst() {
        up(1);
        Fetch first = only(offer(1, Map.of(X, range(1, 100_000), Y, range(50, 60))));
        long half = ChunkSize.FIRST / 2;
        assertThat(first.wanted())
                .containsEntry(X, range(100_001 - half, 100_000))
                .containsEntry(Y, range(50, 60));
        Fetch second = only(received(1));
        assertThat(second.wanted()
                        .getOrDefault(X, RangeSet.EMPTY)
                        .ranges()
                        .get(0)
                        .last())
                .isEqualTo(100_000 - half);
    }

    @Test
    void asksNobodyForWhatAnotherIsAskedForAlready() {
        up(1);
        up(2);
        up(3);
        List<Fetch> fetches = new ArrayList<>();
        fetches.addAll(fetches(offer(1, Map.of(X, range(1, 5000)))));
        fetches.addAll(fetches(offer(2, Map.of(X, range(1, 5000)))));
        fetches.addAll(fetches(offer(3, Map.of(X, range(2000, 5000)))));
        assertThat(fetches).extracting(Fetch::peer).containsExactly(actor(1), actor(2), actor(3));
        long sum = fetches.stream()
                .mapToLong(
                        fetch -> fetch.wanted().getOrDefault(X, RangeSet.EMPTY).size())
                .sum();
        RangeSet union = fetches.stream()
                .map(fetch -> fetch.wanted().getOrDefault(X, RangeSet.EMPTY))
                .reduce(RangeSet.EMPTY, RangeSet::plus);
        assertThat(union.size()).isEqualTo(sum);
    }

    @Test
    void whatOnePeerHasSentIsAskedOfNoOther() {
        up(1);
        up(2);
        offer(1, Map.of(X, range(1, 10)));
        assertThat(offer(2, Map.of(X, range(1, 10)))).isEmpty();
        assertThat(fetches(received(1))).isEmpty();
        assertThat(fetches(on(new Tick()))).isEmpty();
    }

    @Test
    void bringsInOtherPeersIfMuchIsMissing() {
        up(1);
        up(2);
        up(3);
        equal(2);
        equal(3);
        List<SyncEffect> effects = offer(1, Map.of(X, range(1, 10 * ChunkSize.FIRST)));
        assertThat(compared(effects)).containsExactlyInAnyOrder(actor(2), actor(3));
    }

    @Test
    void aPeerTakesOverWhatAnotherFailedToSend() {
        up(1);
        up(2);
        Fetch lost = only(offer(1, Map.of(X, range(1, 10))));
        assertThat(fetches(offer(2, Map.of(X, range(1, 10))))).isEmpty();
        Fetch takenOver = only(failed(1));
        assertThat(takenOver.peer()).isEqualTo(actor(2));
        assertThat(takenOver.wanted()).isEqualTo(lost.wanted());
    }

    @Test
    void comparesElsewhereAtOnceWhenAPeerFails() {
        up(1);
        up(2);
        equal(2);
        assertThat(compared(failed(1))).containsExactly(actor(2));
    }

    @Test
    void aPeerThatSendsNothingForTooLongLosesItsClaimAndItsLateAnswerIsIgnored() {
        up(1);
        up(2);
        Fetch stalled = only(offer(1, Map.of(X, range(1, 10))));
        offer(2, Map.of(X, range(1, 10)));
        now += SyncScheduler.STALLED.toNanos() / 2;
        on(new Progressed(stalled.task(), actor(1)));
        now += SyncScheduler.STALLED.toNanos() / 2;
        assertThat(on(new CheckProgress(stalled.task(), actor(1)))).hasOnlyElementsOfType(StartTimer.class);
        now += SyncScheduler.STALLED.toNanos();
        List<SyncEffect> effects = on(new CheckProgress(stalled.task(), actor(1)));
        assertThat(effects).contains(new Cancel(stalled.task()));
        assertThat(only(effects).peer()).isEqualTo(actor(2));
        assertThat(on(new Fetched(stalled.task(), actor(1), Map.of()))).isEmpty();
    }

    @Test
    void goesOnWithWhatAPeerThatSentAPartHasLeftOut() {
        up(1);
        offer(1, Map.of(X, range(1, 10)));
        Fetch rest = only(fetched(1, Map.of(X, range(1, 4))));
        assertThat(rest.wanted()).containsExactly(Map.entry(X, range(1, 4)));
    }

    @Test
    void doesNotAskAgainForWhatAPeerDidNotSend() {
        up(1);
        offer(1, Map.of(X, range(1, 10)));
        assertThat(fetches(fetched(1, Map.of(X, range(1, 10))))).isEmpty();
    }

    @Test
    void asksForLessWhenAChunkTakesLongAndForMoreWhenItIsQuick() {
        up(1);
        offer(1, Map.of(X, range(1, 1_000_000)));
        Fetch quick = only(received(1));
        assertThat(quick.wanted().getOrDefault(X, RangeSet.EMPTY).size()).isEqualTo(2 * ChunkSize.FIRST);
        now += 3 * ChunkSize.TARGET.toNanos();
        Fetch slow = only(received(1));
        assertThat(slow.wanted().getOrDefault(X, RangeSet.EMPTY).size()).isEqualTo(ChunkSize.FIRST);
    }

    @Test
    void leavesAFailedPeerAloneForLongerEachTime() {
        up(1);
        for (int intervals : new int[] {1, 2, 4, 8, 8}) {
            assertThat(compared(failed(1))).isEmpty();
            now += INTERVAL.toNanos() * intervals - 1000;
            assertThat(compared(on(new Tick()))).isEmpty();
            now += 2000;
            assertThat(compared(on(new Tick()))).containsExactly(actor(1));
        }
    }

    @Test
    void runsABoundedNumberOfTasksAndPeersThatAreWantedAllTheTimeDoNotKeepOthersWaiting() {
        for (int i = 1; i <= SyncScheduler.MAX_CONCURRENT; i++) {
            up(i);
        }
        assertThat(compared(up(9))).isEmpty();
        on(new LackNoticed(actor(1)));
        on(new LackNoticed(actor(2)));
        assertThat(compared(equal(1))).containsExactly(actor(9));
    }

    @Test
    void aRestartedPeerIsComparedWithAtOnceAndWhatItWasAtIsCancelled() {
        up(1);
        long before = task(1);
        List<SyncEffect> effects = up(1);
        assertThat(effects).contains(new Cancel(before));
        assertThat(compared(effects)).containsExactly(actor(1));
    }

    @Test
    void forgetsAPeerThatIsGoneAndFreesWhatItWasAskedFor() {
        up(1);
        up(2);
        offer(1, Map.of(X, range(1, 10)));
        offer(2, Map.of(X, range(1, 10)));
        assertThat(only(on(new PeerGone(actor(1)))).peer()).isEqualTo(actor(2));
        assertThat(failed(1)).isEmpty();
        assertThat(on(new LackNoticed(actor(1)))).isEmpty();
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
        return on(new PeerUp(actor(peer), InetSocketAddress.createUnresolved("peer", peer)));
    }

    private List<SyncEffect> equal(int peer) {
        return offer(peer, Map.of());
    }

    private List<SyncEffect> offer(int peer, Map<ActorId, RangeSet> offered) {
        return on(new Compared(task(peer), actor(peer), new TreeMap<>(offered)));
    }

    private List<SyncEffect> received(int peer) {
        return fetched(peer, Map.of());
    }

    private List<SyncEffect> fetched(int peer, Map<ActorId, RangeSet> left) {
        return on(new Fetched(task(peer), actor(peer), left));
    }

    private List<SyncEffect> failed(int peer) {
        return on(new Failed(task(peer), actor(peer)));
    }

    private long task(int peer) {
        return tasks.getOrDefault(actor(peer), 0L);
    }

    private List<SyncEffect> on(SyncEvent event) {
        List<SyncEffect> effects = scheduler.on(event, now++);
        for (SyncEffect effect : effects) {
            if (effect instanceof Compare compare) {
                tasks.put(compare.peer(), compare.task());
            } else if (effect instanceof Fetch fetch) {
                tasks.put(fetch.peer(), fetch.task());
            }
        }
        return effects;
    }

    private static List<ActorId> compared(List<SyncEffect> effects) {
        return effects.stream()
                .filter(Compare.class::isInstance)
                .map(effect -> ((Compare) effect).peer())
                .toList();
    }

    private static List<Fetch> fetches(List<SyncEffect> effects) {
        return effects.stream()
                .filter(Fetch.class::isInstance)
                .map(Fetch.class::cast)
                .toList();
    }

    private static Fetch only(List<SyncEffect> effects) {
        assertThat(fetches(effects)).hasSize(1);
        return fetches(effects).get(0);
    }

    private static RangeSet range(long first, long last) {
        return RangeSet.EMPTY.plus(first, last);
    }

    private static ActorId actor(int number) {
        return new ActorId(new UUID(0, number));
    }
}
