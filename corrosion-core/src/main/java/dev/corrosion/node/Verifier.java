package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.VerifyMessage;
import dev.corrosion.store.Database;
import dev.corrosion.store.DatabaseClosedException;
import dev.corrosion.subscription.Subscriptions;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check on the data itself: now and then, all tables are compared with those of a member chosen at random. What
 * differs although both hold the same versions is repaired and reported. Thread-safe.
 */
final class Verifier {

    private static final Logger log = LoggerFactory.getLogger(Verifier.class);

    /** What is read here for it. */
    static final long BYTES_PER_SECOND = 8L << 20;

    /** Between two looks at a row, in rounds of anti-entropy: what is on its way has arrived then. */
    private static final int SYNC_INTERVALS = 2;

    private final VerifyRound.Parts parts;
    private final VerifyServer server;
    private final Subscriptions subscriptions;
    private final Supplier<List<MemberRecord>> members;
    private final Clock clock;
    private final RandomGenerator random;
    private final Duration interval;
    private final Duration pause;
    private final Divergences divergences;
    private final AtomicBoolean running = new AtomicBoolean();
    private final Map<String, NodeStatus.Verification> last = new ConcurrentSkipListMap<>();

    /**
     * Of a node.
     *
     * @param executor for what reads the database
     * @param members with whom it may compare
     * @param interval from one verification to the next, about; zero for none
     * @param syncInterval of anti-entropy
     */
    Verifier(
            EventLoop loop,
            Executor executor,
            Transport transport,
            Database database,
            Replica replica,
            Ledger ledger,
            TombstoneCollector tombstones,
            NodeCounters counters,
            Subscriptions subscriptions,
            Supplier<List<MemberRecord>> members,
            WriteGuard guard,
            Clock clock,
            RandomGenerator random,
            Duration interval,
            Duration syncInterval) {
        Holdings holdings = new Holdings(replica, ledger);
        this.parts = new VerifyRound.Parts(
                loop,
                executor,
                transport,
                database,
                replica,
                holdings,
                tombstones::known,
                counters,
                new Pace(BYTES_PER_SECOND),
                guard);
        this.server = new VerifyServer(
                loop, executor, database, replica, holdings, tombstones::known, guard, counters, this::told);
        this.subscriptions = subscriptions;
        this.members = members;
        this.clock = clock;
        this.random = random;
        this.interval = interval;
        this.pause = syncInterval.multipliedBy(SYNC_INTERVALS);
        this.divergences = new Divergences(clock);
    }

    void start() {
        if (!interval.isZero()) {
            scheduleNext();
        }
    }

    /** Between a half and one and a half intervals, so that nodes that started together do not verify together. */
    private void scheduleNext() {
        Duration next = Duration.ofNanos((long) (interval.toNanos() * (0.5 + random.nextDouble())));
        parts.loop().schedule(next, this::begin);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes go on, and the failure was logged
    private void begin() {
        List<MemberRecord> present =
                members.get().stream().filter(MemberRecord::isPresent).toList();
        if (present.isEmpty()) {
            scheduleNext();
            return;
        }
        verify(present.get(random.nextInt(present.size()))).whenComplete((done, failure) -> scheduleNext());
    }

    /** The same for a member. */
    CompletableFuture<List<NodeStatus.Verification>> verify(ActorId peer) {
        return members.get().stream()
                .filter(member -> member.id().equals(peer) && member.isPresent())
                .findFirst()
                .map(this::verify)
                .orElseGet(() -> CompletableFuture.failedFuture(new CancellationException(peer + " is not present")));
    }

    /** Compares with this peer now; fails if a verification is running, or with what broke it off. */
    CompletableFuture<List<NodeStatus.Verification>> verify(MemberRecord peer) {
        if (!running.compareAndSet(false, true)) {
            return CompletableFuture.failedFuture(new CancellationException("a verification is running already"));
        }
        parts.counters().verifyRounds.increment();
        VerifyRound round = new VerifyRound(parts, peer, pause, table -> subscriptions.changed(Set.of(table)));
        return round.run()
                .whenComplete((tables, failure) -> {
                    running.set(false);
                    round.tables().forEach(table -> report(peer.id(), table));
                    if (failure != null) {
                        failed(peer, failure);
                    }
                })
                .thenApply(tables -> completed(peer, tables));
    }

    private void failed(MemberRecord peer, Throwable failure) {
        if (!(failure instanceof DatabaseClosedException || failure instanceof RejectedExecutionException)) {
            parts.counters().verifyFailures.increment();
            log.debug("the data could not be compared with that of {}: {}", peer.id(), failure.toString());
        }
    }

    private List<NodeStatus.Verification> completed(MemberRecord peer, List<VerifiedTable> tables) {
        Instant now = clock.instant();
        List<NodeStatus.Verification> results = tables.stream()
                .map(table -> new NodeStatus.Verification(
                        table.name(), peer.id(), now, table.rows(), table.diverged(), table.repaired(), table.note()))
                .toList();
        for (NodeStatus.Verification result : results) {
            parts.counters().rowsCompared.add(result.rows());
            last.put(result.table(), result);
            if (result.diverged() == 0 && result.note().isEmpty()) {
                divergences.settled(result.table(), peer.id());
            }
        }
        return results;
    }

    /** Answers a peer's question. Does not block. */
    void serve(Peer peer, VerifyMessage question, ExchangeResponder responder) {
        server.serve(peer, question, responder);
    }

    private void told(ActorId peer, String table, RowRepairs.Result result) {
        if (result.touched()) {
            subscriptions.changed(Set.of(table));
        }
        report(table, peer, result.diverged().size(), result.repaired(), result.diverged());
    }

    private void report(ActorId peer, VerifiedTable table) {
        report(table.name(), peer, table.diverged(), table.repaired(), table.keys());
    }

    private void report(String table, ActorId peer, long rows, long repaired, List<RowKey> keys) {
        if (rows > 0) {
            parts.counters().rowsDiverged.add(rows);
            parts.counters().rowsRepaired.add(repaired);
            divergences.add(table, peer, rows, repaired, keys);
        }
    }

    /** What was found to have diverged, in words. */
    List<String> warnings() {
        return divergences.describe();
    }

    /** The last complete verification of each table. */
    List<NodeStatus.Verification> last() {
        return List.copyOf(last.values());
    }
}
