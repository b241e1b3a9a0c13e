package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Timing;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.Heads;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.store.Database;
import dev.corrosion.subscription.JournalSetting;
import dev.corrosion.subscription.SubscriptionMeter;
import dev.corrosion.subscription.Subscriptions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import reactor.core.scheduler.Scheduler;

/** The subscriptions of a node, with what they need of it. */
final class NodeSubscriptions {

    /** What waits for the thread of the journal: there is one thing at a time to write, and to tell. */
    private static final int MAX_JOURNAL_TASKS = 16;

    private NodeSubscriptions() {}

    private static Path journal(Path database) {
        return database.resolveSibling(database.getFileName() + "-subscriptions");
    }

    static Subscriptions open(
            Host host,
            CorrosionOptions options,
            Scheduler subscribers,
            EventLoop loop,
            Database database,
            Replica replica,
            Ledger ledger,
            Timings timings) {
        Random random = host.newRandom();
        int queued = Subscriptions.Setting.maxQueued(options.subscriptions());
        return new Subscriptions(new Subscriptions.Setting(
                database,
                replica::tables,
                table -> isObserved(table, replica),
                () -> applied(replica, ledger),
                host.newExecutor("subscriptions", 1, queued),
                host.newExecutor("queries", Subscriptions.SLOW_THREADS, queued),
                subscribers,
                loop::now,
                loop::schedule,
                host::pause,
                () -> new UUID(random.nextLong(), random.nextLong()),
                new JournalSetting(
                        journal(database.file()),
                        host::openJournal,
                        replica.actorId(),
                        host.clock(),
                        host.newExecutor("journal", 1, MAX_JOURNAL_TASKS)),
                options.subscriptions(),
                meter(timings)));
    }

    private static SubscriptionMeter meter(Timings timings) {
        return new SubscriptionMeter() {
            @Override
            public void evaluated(long nanos) {
                timings.took(Timing.SUBSCRIPTION_EVALUATION, nanos);
            }

            @Override
            public void followed(long nanos) {
                timings.took(Timing.SUBSCRIPTION_LAG, nanos);
            }
        };
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
