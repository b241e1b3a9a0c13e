package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.protocol.Collected;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.SyncDigest;
import dev.corrosion.protocol.SyncMessage;
import dev.corrosion.protocol.SyncRequest;
import dev.corrosion.protocol.Wire;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two ledgers that are compared by messages as they are on the wire. */
class ComparisonTest {

    private static final int EQUAL_BYTES = 64;

    private final Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
    private final Random random = new Random(7);
    private final Side here = new Side(actor(1));
    private final Side there = new Side(actor(2));
    private final List<Integer> sizes = new ArrayList<>();

    ComparisonTest() throws SQLException {
        Ledger.createTables(connection);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    /** One node, with what it was told of the other. */
    private final class Side {
        final Ledger ledger;
        KnownHorizon horizon = KnownHorizon.of(Horizon.NONE);

        @Nullable Map<ActorId, ActorVersions> shown;

        Side(ActorId self) throws SQLException {
            Ledger.createTables(connection);
            ledger = Ledger.load(connection, self, 0);
        }

        void holds(ActorId actor, long first, long last) {
            Ledger.Update update = ledger.update();
            update.applied(actor, first, last);
            update.publish();
        }

        ComparisonServer server() {
            return new ComparisonServer(ledger, () -> horizon, () -> 4096, (peer, holds, theirs) -> {
                shown = holds;
                return theirs.equals(horizon.horizon()) ? null : new Collected(horizon.horizon(), false);
            });
        }
    }

    @Test
    void equalNodesExchangeAFewBytesHoweverManyActorsTheyKnow() {
        Horizon collected = new Horizon(Map.of(actor(5), 9L), Map.of("todo", 4L));
        for (Side side : List.of(here, there)) {
            side.horizon = KnownHorizon.of(collected);
            Random same = new Random(3);
            for (int i = 10; i < 2010; i++) {
                side.holds(actor(i), 1 + same.nextInt(3), 1_000_000_000 + same.nextInt(1000));
            }
        }
        assertThat(compare(false)).isEmpty();
        assertThat(sizes.stream().mapToInt(size -> size).sum()).isLessThanOrEqualTo(EQUAL_BYTES);
        assertThat(sizes).hasSize(2);
        assertThat(there.shown).isEqualTo(here.ledger.snapshot());
    }

    @Test
    void ofManyActorsOnlyThoseOfTheBucketsThatDifferAreExchanged() {
        for (int i = 10; i < 2010; i++) {
            here.holds(actor(i), 1, 50);
            there.holds(actor(i), 1, 50);
        }
        there.holds(actor(77), 51, 60);
        assertThat(compare(false)).containsExactly(Map.entry(actor(77), RangeSet.EMPTY.plus(51, 60)));
        assertThat(sizes.stream().mapToInt(size -> size).sum()).isLessThan(2700);
        assertThat(there.shown).isEqualTo(here.ledger.snapshot());
    }

    @Test
    void aSmallClusterThatIsKnownToDifferIsComparedInOneRound() {
        here.holds(actor(10), 1, 5);
        there.holds(actor(10), 1, 9);
        there.holds(actor(11), 3, 4);
        assertThat(compare(true))
                .containsOnly(
                        Map.entry(actor(10), RangeSet.EMPTY.plus(6, 9)),
                        Map.entry(actor(11), RangeSet.EMPTY.plus(3, 4)));
        assertThat(sizes).hasSize(2);
    }

    @Test
    void anyTwoLedgersAreFoundToDifferInWhatTheyDo() {
        for (int round = 0; round < 200; round++) {
            int actors = 1 + random.nextInt(60);
            for (int i = 0; i < 3; i++) {
                Side side = random.nextBoolean() ? here : there;
                long first = 1L + random.nextInt(100);
                side.holds(actor(10 + random.nextInt(actors)), first, first + random.nextInt(10));
            }
            Map<ActorId, RangeSet> expected = new HashMap<>();
            there.ledger.snapshot().forEach((actor, versions) -> {
                RangeSet missing = versions.missingAt(here.ledger.of(actor));
                if (!missing.isEmpty()) {
                    expected.put(actor, missing);
                }
            });
            assertThat(compare(random.nextBoolean())).isEqualTo(expected);
            assertThat(there.shown).isEqualTo(here.ledger.snapshot());
        }
    }

    @Test
    void equalHoldingsUnderDifferentHorizonsAreNotEqual() {
        here.holds(actor(10), 1, 5);
        there.holds(actor(10), 1, 5);
        there.horizon = KnownHorizon.of(new Horizon(Map.of(actor(10), 5L), Map.of()));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> compare(false))
                .havingCause()
                .isInstanceOfSatisfying(
                        Comparison.OtherHorizon.class,
                        other -> assertThat(other.answer().horizon()).isEqualTo(there.horizon.horizon()));
        assertThat(there.shown).isEqualTo(here.ledger.snapshot());
    }

    @Test
    void whatIsWrittenDuringAComparisonDoesNotMakeItWrong() {
        for (int i = 10; i < 2010; i++) {
            here.holds(actor(i), 1, 50);
            there.holds(actor(i), 1, 50);
        }
        there.holds(actor(77), 51, 60);
        int[] next = {100};
        Map<ActorId, RangeSet> found = run(false, () -> there.holds(actor(next[0]++), 51, 51));
        assertThat(found).containsEntry(actor(77), RangeSet.EMPTY.plus(51, 60));
        assertThat(there.shown).isEqualTo(here.ledger.snapshot());
    }

    private Map<ActorId, RangeSet> compare(boolean lacking) {
        return run(lacking, () -> {});
    }

    private Map<ActorId, RangeSet> run(boolean lacking, Runnable beforeEachAnswer) {
        sizes.clear();
        ComparisonServer server = there.server();
        Comparison.Found found = new Comparison(here.ledger, () -> here.horizon, question -> {
                    beforeEachAnswer.run();
                    Message asked = overTheWire(question);
                    SyncMessage answer = asked instanceof SyncDigest digest
                            ? server.answer(actor(1), digest)
                            : server.answer(actor(1), (SyncRequest) asked);
                    return CompletableFuture.completedFuture(overTheWire(answer));
                })
                .run(lacking)
                .join();
        Map<ActorId, RangeSet> missing = new HashMap<>();
        found.holds().forEach((actor, versions) -> {
            RangeSet lacks = versions.missingAt(here.ledger.of(actor));
            if (!lacks.isEmpty()) {
                missing.put(actor, lacks);
            }
        });
        return missing;
    }

    private Message overTheWire(Message message) {
        byte[] bytes = Wire.encode(message);
        sizes.add(bytes.length);
        return Wire.decode(bytes);
    }

    private static ActorId actor(int number) {
        return new ActorId(new UUID(number * 0x5851F42D4C957F2DL, number));
    }
}
