package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.PartialVersions;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.store.Database;
import dev.corrosion.store.WriteTask;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what a batch finds out. */
class ApplierTest {

    @Test
    void aBatchThatFailsDoesNotSwallowTheAlarmOfAnOlderCopy(@TempDir Path directory) {
        ActorId self = new ActorId(new UUID(0, 1));
        Replica replica = new Replica(() -> self);
        try (Database database = Database.open(directory.resolve("data.db"), replica)) {
            Ledger ledger = database.writeInternal(connection -> {
                        Ledger.createTables(connection);
                        PartialVersions.createTable(connection);
                        return Ledger.load(connection, self, 0);
                    })
                    .join();
            AtomicInteger alarms = new AtomicInteger();
            Applier applier = new Applier(
                    replica, ledger, new NodeCounters(), listener(alarms), received -> true, Clock.systemUTC());
            List<Received> batch = List.of(new Received(new ActorId(new UUID(0, 2)), new VersionHead(self, 7), null));

            WriteTask<Applier.Outcome> lost = applier.task(batch);
            assertThatThrownBy(() -> database.writeInternal(connection -> {
                                lost.run(connection);
                                throw new IllegalStateException("the batch fails");
                            })
                            .join())
                    .hasRootCauseMessage("the batch fails");
            assertThat(applier.ownHeadElsewhere()).isZero();

            database.writeInternal(applier.task(batch)).join();
            assertThat(applier.ownHeadElsewhere()).isEqualTo(7);
            assertThat(alarms).hasValue(1);
        }
    }

    private static Applier.Listener listener(AtomicInteger alarms) {
        return new Applier.Listener() {
            @Override
            public void applied(Map<ActorId, List<VersionRange>> versions, Set<String> tables) {}

            @Override
            public void lacking(ActorId peer) {}

            @Override
            public void overtaken(ActorId actor, ActorId peer) {}

            @Override
            public void olderCopy() {
                alarms.incrementAndGet();
            }
        };
    }
}
