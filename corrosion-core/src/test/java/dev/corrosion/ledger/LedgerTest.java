package dev.corrosion.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final ActorId SELF = new ActorId(new UUID(0, 1));

    private static ActorId actor(int number) {
        return new ActorId(new UUID(number, 2));
    }

    @Test
    void theDigestIsThatOfWhatIsHeldHoweverOftenItIsAskedFor() throws SQLException {
        Random random = new Random(7);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Ledger.createTables(connection);
            PartialVersions.createTable(connection);
            Ledger ledger = Ledger.load(connection, SELF, 3);
            requireDigest(ledger);
            for (int i = 0; i < 300; i++) {
                Ledger.Update update = ledger.update();
                update.applied(actor(random.nextInt(20)), 1 + random.nextInt(50), 60);
                update.heard(actor(random.nextInt(20)), random.nextInt(100));
                update.store(connection);
                update.publish();
                ledger.ownCommitted(3 + i / 2);
                if (random.nextInt(5) == 0) {
                    requireDigest(ledger);
                }
            }
            requireDigest(ledger);
            assertThat(Ledger.load(connection, SELF, ledger.of(SELF).head()).state())
                    .satisfies(stored -> assertThat(stored.holds()).isEqualTo(ledger.snapshot()));

            Ledger.forget(connection, actor(3));
            ledger.reload(connection);
            assertThat(ledger.snapshot()).doesNotContainKey(actor(3)).containsKey(actor(4));
            requireDigest(ledger);
        }
    }

    @Test
    void thousandsOfActorsAreAsAFewAre() throws SQLException {
        Random random = new Random(8);
        Map<ActorId, ActorVersions> model = new HashMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Ledger.createTables(connection);
            PartialVersions.createTable(connection);
            Ledger ledger = Ledger.load(connection, SELF, 0);
            for (int i = 0; i < 40_000; i++) {
                ActorId actor = actor(random.nextInt(4 * Ledger.MAX_LIVELY));
                ActorVersions before = model.getOrDefault(actor, ActorVersions.NONE);
                Ledger.Update update = ledger.update();
                // Mostly the next version, sometimes one too many, sometimes what was left out before.
                long version = random.nextInt(20) == 0
                        ? before.head() + 2
                        : before.gaps().isEmpty() ? before.head() + 1 : before.prefix() + 1;
                update.applied(actor, version, version);
                update.store(connection);
                update.publish();
                model.put(actor, before.applied(version, version));
                assertThat(ledger.of(actor)).isEqualTo(model.get(actor));
            }
            assertThat(ledger.snapshot()).isEqualTo(model).hasSameSizeAs(model);
            requireDigest(ledger);
            Ledger loaded = Ledger.load(connection, SELF, 0);
            assertThat(loaded.snapshot()).isEqualTo(model);
            assertThat(loaded.state().digest().whole())
                    .isEqualTo(ledger.state().digest().whole());

            ledger.ownCommitted(5);
            Ledger.forget(connection, actor(3));
            ledger.reload(connection);
            model.remove(actor(3));
            model.put(SELF, new ActorVersions(5, RangeSet.EMPTY));
            assertThat(ledger.snapshot()).isEqualTo(model);
            requireDigest(ledger);
        }
    }

    private static void requireDigest(Ledger ledger) {
        LedgerDigest fresh = LedgerDigest.of(ledger.snapshot());
        assertThat(ledger.state().digest().whole()).isEqualTo(fresh.whole());
        assertThat(ledger.state().digest().buckets(LedgerDigest.MAX_BITS))
                .isEqualTo(fresh.buckets(LedgerDigest.MAX_BITS));
    }
}
