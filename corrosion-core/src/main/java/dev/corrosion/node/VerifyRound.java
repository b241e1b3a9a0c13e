package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ComparedTable;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.crdt.RowReader;
import dev.corrosion.crdt.RowState;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.TableScope;
import dev.corrosion.protocol.VerifyFound;
import dev.corrosion.protocol.VerifyMessage;
import dev.corrosion.protocol.VerifyRanges;
import dev.corrosion.protocol.VerifyRepair;
import dev.corrosion.protocol.VerifyRows;
import dev.corrosion.protocol.VerifyStates;
import dev.corrosion.store.Database;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares all tables with those of one peer, and repairs what has diverged. Step by step: each reads a bounded number of
 * rows in a snapshot of its own and asks the peer about them; the next one begins with the answer, when the pace allows.
 * In between it occupies no thread.
 */
final class VerifyRound {

    private static final Logger log = LoggerFactory.getLogger(VerifyRound.class);

    /** Rows that one step reads. */
    static final int MAX_ROWS = 4096;

    /** The same in bytes; a single row may have more. */
    static final long MAX_BYTES = 1 << 20;

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    /** Below, waiting would cost more than it saves: a later step waits for longer instead. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);

    /** What a round needs of its node. */
    record Parts(
            EventLoop loop,
            Executor executor,
            Transport transport,
            Database database,
            Replica replica,
            Holdings holdings,
            Supplier<KnownHorizon> horizon,
            NodeCounters counters,
            Pace pace,
            WriteGuard guard) {}

    private final Parts parts;
    private final PeerLog warnings;
    private final MemberRecord peer;
    private final Duration pause;
    private final Consumer<String> touched;
    private final List<VerifiedTable> tables;
    private final RangeWalk walk;
    private final DifferingRows rows = new DifferingRows();
    private final CompletableFuture<List<VerifiedTable>> done = new CompletableFuture<>();

    /** Rows of this node, read in one snapshot. */
    private record Own(TableScope scope, Map<ActorId, ActorVersions> holds, List<RowState> rows) {}

    /**
     * With one peer.
     *
     * @param pause between two looks at a row: time enough for what is on its way
     * @param touched told of tables that were changed here
     */
    VerifyRound(Parts parts, MemberRecord peer, Duration pause, Consumer<String> touched) {
        this.parts = parts;
        this.warnings = new PeerLog(log, PeerListener.MAX_WARNINGS, parts.loop()::now);
        this.peer = peer;
        this.pause = pause;
        this.touched = touched;
        this.tables = parts.replica().tables().stream()
                .map(ReplicatedTable::name)
                .sorted()
                .map(VerifiedTable::new)
                .toList();
        this.walk = new RangeWalk(tables, rows::add);
    }

    /** Completes with what came of it, table by table, or fails with what broke it off. To be called once. */
    CompletableFuture<List<VerifiedTable>> run() {
        goOn(Duration.ZERO);
        return done;
    }

    /** The tables, with what is known of them so far. When it has come to its end. */
    List<VerifiedTable> tables() {
        return tables;
    }

    private void goOn(Duration after) {
        if (after.compareTo(SHORTEST_PAUSE) < 0) {
            execute(this::step);
        } else {
            parts.loop().schedule(after, () -> execute(this::step));
        }
    }

    private void execute(Runnable task) {
        try {
            parts.executor().execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) { // whatever it is, the next round must not wait for this one
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(e);
        }
    }

    private void step() {
        if (rows.isFull()) {
            walk.stop();
        }
        if (rows.isReady()) {
            look(rows.take());
        } else if (!walk.isDone()) {
            compare();
        } else if (rows.isWaiting()) {
            rows.resume();
            goOn(pause);
        } else {
            done.complete(tables);
        }
    }

    private void compare() {
        KnownHorizon horizon = parts.horizon().get();
        List<VerifyRanges.Range> ranges =
                parts.database().read(connection -> walk.next(connection, horizon.horizon()), READ_TIMEOUT);
        Duration wait = parts.pace().sent(walk.bytes(), parts.loop().now());
        if (ranges.isEmpty()) {
            goOn(wait);
            return;
        }
        ask(horizon, new VerifyRanges(horizon.fingerprint(), ranges), VerifyFound.class, (from, found) -> {
            walk.answered(found.answers());
            goOn(wait);
        });
    }

    private void look(List<DifferingRows.Row> batch) {
        KnownHorizon horizon = parts.horizon().get();
        VerifiedTable table = batch.get(0).table();
        Own own = read(table, batch);
        List<RowKey> keys = own.rows().stream().map(RowState::key).toList();
        ask(horizon, new VerifyRows(horizon.fingerprint(), own.scope(), keys), VerifyStates.class, (from, theirs) -> {
            int answered = answered(keys, theirs);
            rows.giveBack(batch.subList(answered, batch.size()));
            List<DifferingRows.Row> diverged =
                    rows.look(batch.subList(0, answered), own.holds(), own.rows(), theirs.holds(), theirs.rows());
            if (diverged.isEmpty()) {
                goOn(Duration.ZERO);
            } else {
                repair(horizon, table, own, diverged);
            }
        });
    }

    private Own read(VerifiedTable table, List<DifferingRows.Row> batch) {
        Map<ActorId, ActorVersions> holds = parts.holdings().now();
        return parts.database().read(connection -> read(connection, table, batch, holds), READ_TIMEOUT);
    }

    private static Own read(
            Connection connection,
            VerifiedTable verified,
            List<DifferingRows.Row> batch,
            Map<ActorId, ActorVersions> holds)
            throws SQLException {
        ComparedTable table = ComparedTable.read(connection, verified.name());
        if (table == null) {
            throw new CancellationException("the table " + verified.name() + " is not here any more");
        }
        ComparedTable narrowed = VerifyScopes.narrowed(table, verified.columns());
        RowReader reader = new RowReader(connection, narrowed);
        List<RowState> rows = new ArrayList<>();
        long bytes = 0;
        for (DifferingRows.Row row : batch) {
            if (bytes > RowRepairs.MAX_BYTES) {
                break;
            }
            RowState state = reader.row(row.key());
            rows.add(state);
            bytes += state.estimatedBytes();
        }
        return new Own(VerifyScopes.of(narrowed, verified.columns()), holds, rows);
    }

    /** How many of the rows that were asked for are in the answer. */
    private static int answered(List<RowKey> keys, VerifyStates theirs) {
        List<RowKey> answered = theirs.rows().stream().map(RowState::key).toList();
        if (answered.isEmpty() || answered.size() > keys.size() || !answered.equals(keys.subList(0, answered.size()))) {
            throw new ProtocolException("other rows than those that were asked for");
        }
        return answered.size();
    }

    /** The peer takes what it should have, then this node does. */
    private void repair(KnownHorizon horizon, VerifiedTable table, Own own, List<DifferingRows.Row> diverged) {
        List<RowKey> keys = diverged.stream().map(DifferingRows.Row::key).toList();
        List<RowState> mine =
                own.rows().stream().filter(row -> keys.contains(row.key())).toList();
        VerifyRepair question = new VerifyRepair(horizon.fingerprint(), own.scope(), own.holds(), mine);
        ask(horizon, question, VerifyStates.class, (from, theirs) -> {
            int answered = answered(keys, theirs);
            rows.giveBack(diverged.subList(answered, diverged.size()));
            take(horizon, table, own.scope(), keys.subList(0, answered), from, theirs);
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private void take(
            KnownHorizon horizon,
            VerifiedTable table,
            TableScope scope,
            List<RowKey> keys,
            Peer from,
            VerifyStates theirs) {
        boolean admitted = parts.guard().mayWrite(from.credentials(), table.name());
        RowRepairs repairs = new RowRepairs(
                parts.replica(),
                parts.holdings(),
                parts.horizon(),
                horizon,
                scope,
                theirs.holds(),
                theirs.rows(),
                admitted,
                warnings);
        parts.database().maintain(repairs).whenComplete((result, failure) -> {
            if (failure != null) {
                done.completeExceptionally(failure);
                return;
            }
            int left = result.diverged().size() - result.repaired();
            table.diverged(keys, keys.size() - left);
            if (result.touched()) {
                touched.accept(table.name());
            }
            goOn(Duration.ZERO);
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private <T extends Message> void ask(
            KnownHorizon horizon, VerifyMessage question, Class<T> expected, BiConsumer<Peer, T> answered) {
        if (!parts.horizon().get().fingerprint().equals(horizon.fingerprint())) {
            throw new CancellationException("tombstones were collected meanwhile");
        }
        Question.ask(parts.transport(), peer.address(), question, parts.counters().verifyBytes::add)
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        done.completeExceptionally(
                                failure instanceof CompletionException ? failure.getCause() : failure);
                    } else if (!expected.isInstance(answer.message())) {
                        done.completeExceptionally(new ProtocolException(
                                "not an answer: " + answer.message().getClass().getSimpleName()));
                    } else {
                        execute(() -> answered.accept(answer.from(), expected.cast(answer.message())));
                    }
                });
    }
}
