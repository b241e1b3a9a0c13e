package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.Heads;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.store.Database;
import dev.corrosion.subscription.Subscriptions;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import reactor.core.scheduler.Scheduler;

/** The subscriptions of a node, with what they need of it. */
final class NodeSubscriptions {

    private NodeSubscriptions() {}

    static Subscriptions open(
            Host host, Scheduler subscribers, EventLoop loop, Database database, Replica replica, Ledger ledger) {
        Random random = host.newRandom();
        return new Subscriptions(new Subscriptions.Setting(
                database,
                replica::tables,
                table -> isObserved(table, replica),
                () -> applied(replica, ledger),
                host.newExecutor("subscriptions", 1, Subscriptions.MAX_QUEUED),
                host.newExecutor("queries", Subscriptions.SLOW_THREADS, Subscriptions.MAX_QUEUED),
                subscribers,
                loop::now,
                loop::schedule,
                host::pause,
                () -> new UUID(random.nextLong(), random.nextLong())));
    }

    private static boolean isObserved(String table, Replica replica) {
        return table.equals(MemberStore.TABLE)
                || replica.tables().stream()
                        .anyMatch(replicated ->
                                replicated.name().toLowerCase(Locale.ROOT).equals(table));
    }

    /** With own writes that are committed and not yet on disk: they are in a snapshot, too. */
    private static Map<ActorId, Long> applied(Replica replica, Ledger ledger) {
        Heads applied = ledger.applied();
        long version = replica.version();
        return version == 0 ? applied : applied.join(Map.of(replica.actorId(), version));
    }
}
