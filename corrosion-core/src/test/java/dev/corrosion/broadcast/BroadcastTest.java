package dev.corrosion.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.broadcast.BroadcastEffect.Deliver;
import dev.corrosion.broadcast.BroadcastEffect.FlushSoon;
import dev.corrosion.broadcast.BroadcastEffect.Send;
import dev.corrosion.broadcast.BroadcastEffect.StartTimer;
import dev.corrosion.broadcast.BroadcastEvent.Committed;
import dev.corrosion.broadcast.BroadcastEvent.CommittedLarge;
import dev.corrosion.broadcast.BroadcastEvent.Flush;
import dev.corrosion.broadcast.BroadcastEvent.Received;
import dev.corrosion.broadcast.BroadcastEvent.Shed;
import dev.corrosion.broadcast.BroadcastEvent.Tick;
import dev.corrosion.broadcast.BroadcastEvent.ViewChanged;
import dev.corrosion.crdt.Change;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Have;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionId;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Want;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BroadcastTest {

    private static final int SELF = 0;
    private static final int SMALL = 5;
    private static final int LARGE = 40;

    private final Set<VersionId> held = new HashSet<>();
    private BroadcastOptions options = BroadcastOptions.DEFAULT;
    private Broadcast broadcast = machine();
    private long now = 1_000_000;

    private Broadcast machine() {
        return new Broadcast(
                actor(SELF), options, (actor, version) -> held.contains(new VersionId(actor, version)), new Random(1));
    }

    @Test
    void inASmallClusterTheOriginSendsToEverybodyAndNobodyPassesOn() {
        view(SMALL);
        assertThat(sends(new Committed(part(SELF, 1, 10)))).singleElement().satisfies(send -> {
            assertThat(send.message()).isEqualTo(new Changes(List.of(part(SELF, 1, 10))));
            assertThat(send.to()).containsExactlyInAnyOrderElementsOf(addresses(1, SMALL));
        });
        assertThat(broadcast.on(received(1, new Changes(List.of(part(1, 1, 10)))), now))
                .containsExactly(new Deliver(actor(1), new Changes(List.of(part(1, 1, 10)))));
    }

    @Test
    void commitsThatWaitTogetherShareFramesUpToTheBound() {
        view(SMALL);
        List<VersionPart> parts = IntStream.rangeClosed(1, 10)
                .mapToObj(v -> part(SELF, v, 20_000))
                .toList();
        parts.forEach(part -> broadcast.on(new Committed(part), now));
        List<VersionPart> sent = new ArrayList<>();
        for (Send send : sends(new Flush())) {
            List<VersionPart> frame = ((Changes) send.message()).parts();
            assertThat(frame.stream().mapToInt(VersionPart::estimatedBytes).sum())
                    .isLessThanOrEqualTo(Broadcast.MAX_FRAME_BYTES);
            sent.addAll(frame);
        }
        assertThat(sent).isEqualTo(parts);
        assertThat(sends(new Flush())).isEmpty();
    }

    @Test
    void inALargeClusterAChangeReachesEverybodyOnceAlongTheTrees() {
        view(LARGE);
        Topology topology = topology(LARGE);
        List<InetSocketAddress> reached = new ArrayList<>();
        List<Place> wave = topology.targets(actor(SELF), region(SELF));
        while (!wave.isEmpty()) {
            List<Place> next = new ArrayList<>();
            for (Place place : wave) {
                reached.add(place.address());
                topology.children(place.id(), place.region(), Topology.treeOf(actor(SELF))).stream()
                        .filter(child -> !child.id().equals(actor(SELF)))
                        .forEach(next::add);
            }
            wave = next;
        }
        assertThat(reached).containsExactlyInAnyOrderElementsOf(addresses(1, LARGE));
    }

    @Test
    void aRelayPassesOnOnceAndTellsTheOtherRelaysAtOnce() {
        view(LARGE);
        int origin = originOfATreeWithSelfAsRelay();
        Changes changes = new Changes(List.of(part(origin, 1, 10)));
        broadcast.on(received(origin, changes), now);
        List<Send> sends = sends(new Flush());
        Topology topology = topology(LARGE);
        int tree = Topology.treeOf(actor(origin));
        List<InetSocketAddress> children = topology.children(actor(SELF), region(SELF), tree).stream()
                .filter(child -> !child.id().equals(actor(origin)))
                .map(Place::address)
                .toList();
        assertThat(children).isNotEmpty();
        assertThat(sends.get(0)).isEqualTo(new Send(changes, children));
        List<InetSocketAddress> told = sends.stream()
                .filter(send -> send.message() instanceof Have)
                .flatMap(send -> send.to().stream())
                .toList();
        Region own = topology.region(region(SELF));
        assertThat(own).isNotNull();
        List<InetSocketAddress> others = own.relays(tree).stream()
                .filter(relay -> !relay.id().equals(actor(SELF)))
                .map(Place::address)
                .toList();
        assertThat(told).containsAll(others).hasSize(others.size() + 1);

        assertThat(broadcast.on(received(origin, changes), now)).isEmpty();
        assertThat(broadcast.duplicates()).isEqualTo(1);
    }

    @Test
    void whatTheLedgerHoldsIsADuplicateEvenIfTheMachineHasForgottenIt() {
        view(LARGE);
        held.add(new VersionId(actor(7), 1));
        assertThat(broadcast.on(received(7, new Changes(List.of(part(7, 1, 10)))), now))
                .isEmpty();
        assertThat(broadcast.duplicates()).isEqualTo(1);
    }

    @Test
    void nobodyCanTellANodeWhatItHasWrittenItself() {
        view(SMALL);
        assertThat(broadcast.on(received(1, new Changes(List.of(part(SELF, 9, 10), part(2, 1, 10)))), now))
                .containsExactly(new Deliver(actor(1), new Changes(List.of(part(2, 1, 10)))));
        assertThat(broadcast.on(received(1, new VersionHead(actor(SELF), 9)), now))
                .isEmpty();
        assertThat(broadcast.refused()).isEqualTo(2);
    }

    @Test
    void newsIsToldToNeighboursOnceAndThenAllIsSilent() {
        view(LARGE);
        broadcast.on(received(1, new Changes(List.of(part(1, 1, 10)))), now);
        sends(new Flush());
        List<Send> told = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            now += Duration.ofMillis(20).toNanos();
            told.addAll(sends(new Tick()));
        }
        assertThat(told).isNotEmpty().allSatisfy(send -> assertThat(send.message())
                .isEqualTo(new Have(List.of(new VersionId(actor(1), 1)))));
        assertThat(told.stream().mapToInt(send -> send.to().size()).sum()).isBetween(3, 4);
        now += Duration.ofSeconds(10).toNanos();
        assertThat(broadcast.on(new Tick(), now)).isEmpty();
    }

    @Test
    void whatANeighbourHasAndDoesNotComeIsAskedForOneAfterTheOtherAndThenGivenUp() {
        view(LARGE);
        VersionId id = notRelayedBySelf();
        int near = sameRegion(1);
        int other = sameRegion(2);
        assertThat(sends(received(near, new Have(List.of(id))))).isEmpty();
        assertThat(sends(received(other, new Have(List.of(id))))).isEmpty();
        List<InetSocketAddress> asked = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            now += options.patience().toNanos();
            for (Send send : sends(new Tick())) {
                assertThat(send.message()).isEqualTo(new Want(List.of(id)));
                asked.addAll(send.to());
            }
        }
        assertThat(asked).containsExactly(address(near), address(other), address(near), address(other));
    }

    @Test
    void whatArrivesInTimeIsNotAskedFor() {
        view(LARGE);
        VersionId id = notRelayedBySelf();
        sends(received(sameRegion(1), new Have(List.of(id))));
        int origin = (int) id.actor().value().getLeastSignificantBits();
        broadcast.on(received(origin, new Changes(List.of(part(origin, 1, 10)))), now);
        now += Duration.ofSeconds(1).toNanos();
        assertThat(sends(new Tick())).noneMatch(send -> send.message() instanceof Want);
    }

    @Test
    void whoAsksGetsWhatIsAtHand() {
        view(LARGE);
        Changes changes = new Changes(List.of(part(1, 1, 10)));
        broadcast.on(received(1, changes), now);
        sends(new Flush());
        Want want = new Want(List.of(new VersionId(actor(1), 1), new VersionId(actor(1), 2)));
        assertThat(sends(received(2, want))).containsExactly(new Send(changes, List.of(address(2))));
    }

    @Test
    void aHeadIsPassedOnOnlyWhenTheVersionIsHere() {
        view(LARGE);
        int origin = originOfATreeWithSelfAsRelay();
        VersionHead head = new VersionHead(actor(origin), 3);
        List<BroadcastEffect> effects = broadcast.on(received(origin, head), now);
        assertThat(effects).contains(new Deliver(actor(origin), head)).noneMatch(FlushSoon.class::isInstance);
        now += Duration.ofMillis(20).toNanos();
        assertThat(sends(new Tick())).isEmpty();
        held.add(new VersionId(actor(origin), 3));
        now += Duration.ofMillis(20).toNanos();
        assertThat(sends(new Tick())).anyMatch(send -> send.message().equals(head));
    }

    @Test
    void aLargeVersionIsOnlyAnnounced() {
        view(SMALL);
        assertThat(sends(new CommittedLarge(7))).singleElement().satisfies(send -> {
            assertThat(send.message()).isEqualTo(new VersionHead(actor(SELF), 7));
            assertThat(send.to()).containsExactlyInAnyOrderElementsOf(addresses(1, SMALL));
        });
    }

    @Test
    void ownVersionsGoBeforeThoseOfOthersAndWhatExceedsTheRateWaits() {
        options = slow(1000, 1000, 1, 100_000);
        broadcast = machine();
        view(LARGE);
        int origin = originOfATreeWithSelfAsRelay();
        for (int version = 1; version <= 5; version++) {
            broadcast.on(received(origin, new Changes(List.of(part(origin, version, 2000)))), now);
        }
        broadcast.on(new Committed(part(SELF, 1, 10)), now);
        List<ActorId> first = sends(new Flush()).stream()
                .filter(send -> send.message() instanceof Changes)
                .map(send -> ((Changes) send.message()).parts().get(0).actor())
                .toList();
        assertThat(first).isNotEmpty().containsOnly(actor(SELF));
        List<Message> later = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            now += Duration.ofMinutes(1).toNanos();
            sends(new Tick()).forEach(send -> later.add(send.message()));
        }
        assertThat(later)
                .anyMatch(message -> message instanceof Changes changes
                        && changes.parts().get(0).actor().equals(actor(origin)));
    }

    @Test
    void whatExceedsTheQueueOfAPeerIsDroppedAndAnnouncedWhenThereIsRoom() {
        options = slow(64 << 20, 100_000, 1000, 5000);
        broadcast = machine();
        view(2);
        for (int version = 1; version <= 10; version++) {
            broadcast.on(new Committed(part(SELF, version, 2000)), now);
        }
        assertThat(broadcast.dropped()).isEqualTo(8);
        List<Send> all = new ArrayList<>(sends(new Flush()));
        for (int i = 0; i < 20; i++) {
            now += Duration.ofSeconds(1).toNanos();
            all.addAll(sends(new Tick()));
        }
        assertThat(all.get(all.size() - 1).message())
                .isEqualTo(new Have(IntStream.rangeClosed(3, 10)
                        .mapToObj(version -> new VersionId(actor(SELF), version))
                        .toList()));
    }

    @Test
    void inAnySecondNoMoreLeavesThanABurstAndWhatTheRateAllows() {
        options = BroadcastOptions.DEFAULT.withRate(900_000, 100_000);
        broadcast = machine();
        view(4);
        NavigableMap<Long, Long> sent = new TreeMap<>();
        for (int step = 1; step <= 500; step++) {
            now += Duration.ofMillis(10).toNanos();
            List<Send> sends = new ArrayList<>(sends(new Tick()));
            if (step % 200 < 100) {
                sends.addAll(sends(new Committed(part(SELF, step, 1 + step * 7919 % 60_000))));
            }
            for (Send send : sends) {
                sent.merge(now, send.to().size() * bytes(send), Long::sum);
            }
        }
        assertThat(sent.keySet()).allSatisfy(from -> assertThat(sum(sent, from)).isLessThanOrEqualTo(1_000_000));
        assertThat(sent.keySet()).anySatisfy(from -> assertThat(sum(sent, from)).isGreaterThan(900_000));
    }

    private static long sum(NavigableMap<Long, Long> sent, long from) {
        return sent.subMap(from, from + Duration.ofSeconds(1).toNanos()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long bytes(Send send) {
        return send.message() instanceof Changes changes
                ? changes.parts().stream()
                        .mapToLong(VersionPart::estimatedBytes)
                        .sum()
                : 0;
    }

    @Test
    void aPeerThatWantsMuchDoesNotKeepAnotherWaiting() {
        options = BroadcastOptions.DEFAULT.withRate(1_000_000, 100_000);
        broadcast = machine();
        List<VersionId> wanted = new ArrayList<>();
        for (int version = 1; version <= 16; version++) {
            broadcast.on(new Committed(part(SELF, version, 60_000)), now);
            wanted.add(new VersionId(actor(SELF), version));
        }
        view(3);
        sends(received(1, new Want(wanted)));
        sends(new Committed(part(SELF, 17, 60_000)));

        List<InetSocketAddress> served = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            now += Duration.ofMillis(10).toNanos();
            sends(new Tick()).forEach(send -> served.addAll(send.to()));
        }
        assertThat(served).contains(address(1), address(2));
    }

    @Test
    void aPeerForWhichTheTransportDropsFramesRestsAndIsThenToldWhatItMayHaveMissed() {
        view(2);
        assertThat(sends(new Committed(part(SELF, 1, 10)))).hasSize(1);
        broadcast.on(new Shed(address(1)), now);
        assertThat(sends(new Committed(part(SELF, 2, 10)))).isEmpty();
        now += Outbox.REST_NANOS;
        assertThat(sends(new Tick()))
                .containsExactly(new Send(
                        new Have(List.of(new VersionId(actor(SELF), 1), new VersionId(actor(SELF), 2))),
                        List.of(address(1))));
    }

    /** The messages of an event and of the flush that it asks for. */
    private List<Send> sends(BroadcastEvent event) {
        List<Send> sends = new ArrayList<>();
        for (BroadcastEffect effect : broadcast.on(event, now)) {
            if (effect instanceof Send send) {
                sends.add(send);
            } else if (effect instanceof FlushSoon) {
                sends.addAll(sends(new Flush()));
            } else {
                assertThat(effect).isInstanceOfAny(StartTimer.class, Deliver.class);
            }
        }
        return sends;
    }

    private void view(int members) {
        broadcast.on(new ViewChanged(topology(members), region(SELF)), now);
    }

    private Topology topology(int members) {
        return Topology.empty(options)
                .of(IntStream.range(0, members)
                        .mapToObj(i -> new Place(actor(i), address(i), region(i)))
                        .toList());
    }

    private int originOfATreeWithSelfAsRelay() {
        return IntStream.range(1, LARGE)
                .filter(BroadcastTest::isRelayedBySelf)
                .findFirst()
                .orElseThrow();
    }

    private static VersionId notRelayedBySelf() {
        int origin = IntStream.range(1, LARGE)
                .filter(i -> !isRelayedBySelf(i))
                .findFirst()
                .orElseThrow();
        return new VersionId(actor(origin), 1);
    }

    private static boolean isRelayedBySelf(int origin) {
        Topology topology = new BroadcastTest().topology(LARGE);
        Region own = topology.region(region(SELF));
        return own != null
                && own.relays(Topology.treeOf(actor(origin))).stream()
                        .anyMatch(place -> place.id().equals(actor(SELF)));
    }

    private static int sameRegion(int which) {
        return IntStream.range(1, LARGE)
                .filter(i -> region(i).equals(region(SELF)))
                .skip(which)
                .findFirst()
                .orElseThrow();
    }

    private static BroadcastOptions slow(
            long bytesPerSecond, long peerBytesPerSecond, long burstBytes, long queuedBytes) {
        BroadcastOptions usual = BroadcastOptions.DEFAULT;
        return new BroadcastOptions(
                usual.directMembers(),
                usual.relays(),
                usual.fanOut(),
                usual.digestDelay(),
                usual.secondDigestDelay(),
                usual.patience(),
                usual.farPatience(),
                bytesPerSecond,
                peerBytesPerSecond,
                burstBytes,
                queuedBytes,
                usual.recentVersions(),
                usual.recentBytes());
    }

    private static Received received(int from, Message message) {
        return new Received(actor(from), address(from), message);
    }

    private static VersionPart part(int origin, long version, int bytes) {
        Change change =
                new Change("t", new byte[] {1, 1}, "c", "x".repeat(bytes), 1, version, actor(origin), 1, 0, "0");
        return new VersionPart(actor(origin), version, 0, 0, true, List.of(change));
    }

    private static String region(int number) {
        return number % 2 == 0 ? "even" : "odd";
    }

    private static List<InetSocketAddress> addresses(int from, int to) {
        return IntStream.range(from, to).mapToObj(BroadcastTest::address).toList();
    }

    private static InetSocketAddress address(int number) {
        return InetSocketAddress.createUnresolved("node", 1000 + number);
    }

    private static ActorId actor(int number) {
        return new ActorId(new UUID(0, number));
    }
}
