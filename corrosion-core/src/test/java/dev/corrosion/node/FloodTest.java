package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.SECRET;
import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.crdt.KeyRange;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.protocol.AwaitVersion;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import dev.corrosion.protocol.SyncFetch;
import dev.corrosion.protocol.TableScope;
import dev.corrosion.protocol.VerifyRanges;
import dev.corrosion.protocol.Wire;
import io.netty.util.internal.PlatformDependent;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member that asks and tells without end: it gets its share and no more, the log says little of it, the others are served
 * meanwhile, and afterwards nothing is left of it.
 */
@Timeout(90)
class FloodTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** What a node may have more than before; what a flood would leave if it were kept is a multiple. */
    private static final long MARGIN_BYTES = 48L << 20;

    /** Questions that a transport lets through at a time, on one link. */
    private static final int AT_A_TIME = 64;

    /** Lines about other things: members that come and go, links. */
    private static final int OTHER_LINES = 20;

    private static final String TURNED_AWAY = "corrosion.messages.turned.away";
    private static final String REJECTED = "corrosion.messages.rejected";

    private final TestCluster cluster;
    private final List<HostileMember> hostile = new ArrayList<>();
    private final TestHost host = new TestHost(Clock.systemUTC());
    private final LogLines log = new LogLines();
    private Corrosion node;
    private Corrosion peer;
    private long usedBefore;
    private int rows;

    FloodTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @BeforeEach
    void start() {
        node = cluster.start(cluster.options("node", SECRET), SnapshotPolicy.NEVER, host);
        peer = cluster.start("peer");
        awaitMembers(node, 1);
        requirePeerIsHeard();
        usedBefore = used();
    }

    @AfterEach
    void close() {
        hostile.forEach(HostileMember::close);
        log.close();
        cluster.close();
    }

    @Test
    void packetsInTheNameOfAnotherAreDroppedAndTheLogSaysSoAFewTimes() {
        HostileMember forger = member();
        SwimPacket forged = gossip(forger, peer.actorId(), System.currentTimeMillis() + 1_000);

        for (int i = 1; i <= 20; i++) {
            long heard = counter(REJECTED);
            repeat(100, () -> forger.sendDatagram(node, forged));
            await().until(() -> counter(REJECTED) > heard);
            requirePeerIsHeard();
        }

        assertThat(counter(REJECTED)).isGreaterThan(10 * PeerListener.MAX_WARNINGS);
        assertThat(log.containing("speaks for")).isEqualTo(PeerListener.MAX_WARNINGS);
        assertThat(log.all()).hasSizeLessThan(PeerListener.MAX_WARNINGS + OTHER_LINES);
        assertThat(node.status().members()).singleElement().satisfies(member -> assertThat(member.address())
                .isEqualTo(peer.status().address()));
        requireNothingIsLeft();
    }

    @Test
    void answersInTheNameOfAnotherAreDroppedAndOnlyOneIsTaken() {
        HostileMember forger = member();
        ActorId invented = new ActorId(UUID.randomUUID());
        byte[] forged = Wire.encode(new PushPull(forger.record(invented, 1), 0, List.of()));
        forger.answer = responder -> {
            for (int i = 0; i < 1000; i++) {
                responder.send(forged);
            }
            responder.end();
        };

        // Who is heard of is asked what it knows.
        forger.sendDatagram(node, gossip(forger, forger.id, 1));
        await().atMost(PATIENCE).until(() -> counter(REJECTED) > 0);
        await().atMost(PATIENCE).until(() -> log.containing("speaks for " + invented) > 0);

        assertThat(log.containing("speaks for")).isLessThanOrEqualTo(PeerListener.MAX_WARNINGS);
        assertThat(node.status().members()).noneMatch(member -> member.id().equals(invented));
        requirePeerIsHeard();
    }

    @Test
    void packetsInAFloodDoNotPileUpBeforeAnEventLoopThatIsBusy() throws Exception {
        HostileMember flooder = member();
        SwimPacket packet = gossip(flooder, flooder.id, 1);
        CountDownLatch busy = new CountDownLatch(1);
        host.holdLoop(busy);
        try {
            await().atMost(PATIENCE).until(() -> {
                repeat(100, () -> flooder.sendDatagram(node, packet));
                return counter(TURNED_AWAY) > Membership.MAX_WAITING_RECORDS_OF_A_PEER;
            });
        } finally {
            busy.countDown();
        }
        requirePeerIsHeard();
        requireFewLinesOn(flooder.id);
        requireNothingIsLeft();
    }

    @Test
    void fetchesInAFloodLeavePlacesForOthers() {
        for (int i = 0; i < 30; i++) {
            node.write(Statement.of("INSERT INTO todo (id, title) VALUES (?, hex(zeroblob(100000)))", "large" + i));
        }
        HostileMember flooder = member();
        SyncFetch all = new SyncFetch(
                List.of(new SyncFetch.Wanted(node.actorId(), RangeSet.EMPTY.plus(1, 1000))),
                Horizon.NONE.fingerprint());
        flooder.ask(node, all, AT_A_TIME, false);

        int refused = AT_A_TIME - SyncServer.MAX_FETCHES_OF_A_PEER;
        await().atMost(PATIENCE).until(() -> counter(TURNED_AWAY) >= refused);
        Corrosion late = cluster.start(cluster.options("late", SECRET), SnapshotPolicy.NEVER, new ProcessHost());
        awaitSame(node, late);
        requirePeerIsHeard();

        assertThat(flooder.ended).as("what it does not read does not end").hasValue(0);
        requireFewLinesOn(flooder.id);
        cluster.stop(late);
        node.write(Statement.of("DELETE FROM todo"));
        requireNothingIsLeft();
    }

    @Test
    void questionsOfVerificationInAFloodAreTurnedAway() {
        HostileMember flooder = member();
        TableScope scope = new TableScope("todo", 0, null);
        VerifyRanges question = new VerifyRanges(
                Horizon.NONE.fingerprint(), List.of(new VerifyRanges.Range(scope, KeyRange.ALL, 0, Fingerprint.NONE)));

        for (int i = 1; i <= 20; i++) {
            flooder.ask(node, question, AT_A_TIME, true);
            requirePeerIsHeard();
            int asked = i * AT_A_TIME;
            await().atMost(PATIENCE).until(() -> flooder.ended.get() + flooder.failed.get() >= asked);
        }

        assertThat(flooder.ended.get()).isPositive();
        assertThat(counter(TURNED_AWAY)).isGreaterThan(10 * VerifyServer.MAX_QUESTIONS);
        requireFewLinesOn(flooder.id);
        requireNothingIsLeft();
    }

    @Test
    void waitsForVersionsInAFloodLeavePlacesForOthers() {
        ActorId id = new ActorId(UUID.randomUUID());
        AwaitVersion question = new AwaitVersion(
                node.actorId(), 1_000_000, Duration.ofMinutes(5).toMillis());
        int links = 1 + Acknowledgements.MAX_WAITS_OF_A_PEER / AT_A_TIME;
        repeat(links, () -> member(id).ask(node, question, AT_A_TIME, true));

        int refused = links * AT_A_TIME - Acknowledgements.MAX_WAITS_OF_A_PEER;
        await().atMost(PATIENCE).until(() -> counter(TURNED_AWAY) == refused);
        requirePeerIsHeard();
        requireFewLinesOn(id);
        requireNothingIsLeft();
    }

    private HostileMember member() {
        return member(new ActorId(UUID.randomUUID()));
    }

    private HostileMember member(ActorId id) {
        HostileMember made =
                new HostileMember(cluster.options("hostile", SECRET).build(), id);
        hostile.add(made);
        return made;
    }

    private static SwimPacket gossip(HostileMember by, ActorId as, long incarnation) {
        return new SwimPacket(by.record(as, incarnation), new SwimPacket.Gossip(), List.of());
    }

    private static void repeat(int times, Runnable action) {
        for (int i = 0; i < times; i++) {
            action.run();
        }
    }

    private long counter(String name) {
        return node.status().counters().getOrDefault(name, 0L);
    }

    /** Another member writes, and it arrives. */
    private void requirePeerIsHeard() {
        rows++;
        String id = "peer" + rows;
        add(peer, id);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> todos(node).stream()
                .anyMatch(row -> id.equals(row.get("id"))));
    }

    private void requireFewLinesOn(ActorId flooder) {
        assertThat(log.containing("member " + flooder + " has")).isEqualTo(Places.MAX_LINES);
        assertThat(log.all()).hasSizeLessThan(OTHER_LINES);
    }

    private void requireNothingIsLeft() {
        hostile.forEach(HostileMember::close);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(used())
                .isLessThan(usedBefore + MARGIN_BYTES));
    }

    /** What is alive on the heap, and the buffers beside it. */
    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}
