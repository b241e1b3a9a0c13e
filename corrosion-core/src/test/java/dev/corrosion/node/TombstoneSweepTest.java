package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.Tombstones;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.store.Database;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TombstoneSweepTest {

    private static final ActorId SELF = new ActorId(new UUID(0, 5));
    private static final Map<ActorId, Long> POINT = Map.of(SELF, 2L);
    private static final Map<ActorId, Long> LATER = Map.of(SELF, 3L);
    private static final Horizon REACH = new Horizon(POINT, Map.of("t", 2L, "u", 2L));

    private final Replica replica = new Replica(() -> SELF);
    private final Database database;
    private final TombstoneRule rule = new TombstoneRule(SELF, 0, Horizon.NONE, new TombstoneEpoch(POINT, 0));
    private final List<Horizon> horizons = new ArrayList<>();
    private int dropped;
    private int begun;

    TombstoneSweepTest(@TempDir Path directory) {
        database = Database.open(directory.resolve("data.db"), replica);
        write("CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE TABLE u (id INTEGER PRIMARY KEY)");
        write("INSERT INTO t VALUES (1), (2), (3)", "INSERT INTO u VALUES (1), (2), (3)");
        write("DELETE FROM t WHERE id < 3", "DELETE FROM u");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void write(String... sql) {
        database.write(c -> {
                    replica.begin("1");
                    try (Statement statement = c.createStatement()) {
                        for (String one : sql) {
                            statement.execute(one);
                            if (one.startsWith("CREATE")) {
                                replica.adopt(c, one.split(" ", 4)[2]);
                            }
                        }
                    }
                    return replica.finish();
                })
                .join();
    }

    private void sweep(@Nullable Map<ActorId, Long> collectableInTheEnd) {
        TombstoneSweep sweep = new TombstoneSweep(
                POINT,
                () -> collectableInTheEnd,
                rule,
                () -> {
                    begun++;
                    return new TombstoneEpoch(LATER, 9);
                },
                1);
        for (TombstoneSweep.Step next = sweep.first(); next != null; ) {
            TombstoneSweep.Step step = next;
            TombstoneSweep.Done done =
                    database.maintain(c -> step.run(replica.tombstones(c))).join();
            horizons.add(horizon());
            dropped += done.dropped();
            next = done.next();
        }
    }

    private Horizon horizon() {
        return database.maintain(c -> replica.tombstones(c).horizon()).join();
    }

    private Tombstones.Epoch epoch() {
        return database.maintain(c -> replica.tombstones(c).epoch()).join();
    }

    @Test
    void movesTheHorizonOnceAndBeginsTheNextEpochWhenAllIsDropped() {
        sweep(POINT);

        assertThat(horizons).containsOnly(Horizon.NONE, REACH);
        assertThat(horizons.indexOf(REACH)).as("steps that only looked").isGreaterThan(5);
        assertThat(rule.horizon()).isEqualTo(REACH);
        assertThat(dropped).isEqualTo(5);
        assertThat(begun).isEqualTo(1);
        assertThat(epoch()).isEqualTo(new Tombstones.Epoch(LATER, 9));
    }

    @Test
    void givesUpIfTheRuleDoesNotAllowItAnyMore() {
        sweep(null);
        sweep(LATER);

        assertThat(horizons).containsOnly(Horizon.NONE);
        assertThat(rule.horizon()).isEqualTo(Horizon.NONE);
        assertThat(dropped + begun).isZero();
    }

    @Test
    void beginsTheNextEpochIfThereIsNothingToDrop() {
        sweep(POINT);
        dropped = 0;
        horizons.clear();

        sweep(POINT);

        assertThat(horizons).containsOnly(REACH);
        assertThat(dropped).isZero();
        assertThat(begun).isEqualTo(2);
    }
}
