package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ComparedTable;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.RowDigest;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.crdt.RowPage;
import dev.corrosion.crdt.RowReader;
import dev.corrosion.crdt.RowState;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.VerifyFound;
import dev.corrosion.protocol.VerifyMessage;
import dev.corrosion.protocol.VerifyRanges;
import dev.corrosion.protocol.VerifyRepair;
import dev.corrosion.protocol.VerifyRows;
import dev.corrosion.protocol.VerifyStates;
import dev.corrosion.protocol.Wire;
import dev.corrosion.store.Database;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other side of a {@link VerifyRound}. It keeps nothing between two questions: each is one bounded look at one
 * snapshot. Thread-safe.
 */
final class VerifyServer {

    private static final Logger log = LoggerFactory.getLogger(VerifyServer.class);

    /** Questions at work, the waits between them included; further ones are turned away. */
    static final int MAX_QUESTIONS = 4;

    /** Of these, those of one peer; it asks one at a time. */
    static final int MAX_QUESTIONS_OF_A_PEER = 2;

    /** Rows that are read for one question: more than the asker had, for there may be more here. */
    static final int MAX_ROWS = 2 * VerifyRound.MAX_ROWS;

    /** The same in bytes. */
    static final long MAX_BYTES = 4 * VerifyRound.MAX_BYTES;

    /** What is read for all askers together. */
    static final long BYTES_PER_SECOND = 16L << 20;

    /** A range with so few rows is answered row by row. */
    static final int FEW_ROWS = 64;

    /** Into how many parts a range with more is divided. */
    static final int PARTS = 16;

    /** Told of what a peer has shown to differ here. */
    interface Listener {
        void repaired(ActorId peer, String table, RowRepairs.Result result);
    }

    private final EventLoop loop;
    private final Executor executor;
    private final Database database;
    private final Replica replica;
    private final Holdings holdings;
    private final Supplier<KnownHorizon> horizons;
    private final WriteGuard guard;
    private final Listener listener;
    private final Pace pace = new Pace(BYTES_PER_SECOND);
    private final NodeCounters counters;
    private final PeerLog warnings;
    private final Places places;

    /** An answer, and what was read for it. */
    private record Answer(Message message, long bytes) {}

    VerifyServer(
            EventLoop loop,
            Executor executor,
            Database database,
            Replica replica,
            Holdings holdings,
            Supplier<KnownHorizon> horizons,
            WriteGuard guard,
            NodeCounters counters,
            Listener listener) {
        this.loop = loop;
        this.executor = executor;
        this.database = database;
        this.replica = replica;
        this.holdings = holdings;
        this.horizons = horizons;
        this.guard = guard;
        this.counters = counters;
        this.places = new Places(MAX_QUESTIONS, MAX_QUESTIONS_OF_A_PEER, "questions of the verification", loop::now);
        this.warnings = new PeerLog(log, PeerListener.MAX_WARNINGS, loop::now);
        this.listener = listener;
    }

    /** Does not block. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    void serve(Peer peer, VerifyMessage question, ExchangeResponder responder) {
        ActorId asker = peer.actorId();
        if (!places.take(asker)) {
            counters.messagesTurnedAway.increment();
            responder.fail();
            return;
        }
        CompletableFuture<Answer> answered;
        try {
            answered = CompletableFuture.supplyAsync(() -> answer(peer, question), executor)
                    .thenCompose(answer -> answer);
        } catch (RejectedExecutionException e) {
            answered = CompletableFuture.failedFuture(e);
        }
        answered.whenComplete((answer, failure) -> {
            if (failure != null) {
                log.debug(
                        "a question of {} could not be answered: {}",
                        peer.actorId().shortId(),
                        failure.toString());
                responder.fail();
                places.free(asker);
                return;
            }
            Duration pause = pace.sent(answer.bytes(), loop.now());
            loop.schedule(pause, () -> {
                places.free(asker);
                send(answer.message(), responder);
            });
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes end it
    private void send(Message answer, ExchangeResponder responder) {
        try {
            responder.send(Wire.encode(answer)).whenComplete((done, failure) -> responder.end());
        } catch (IllegalArgumentException e) {
            log.warn("an answer cannot be sent: {}", e.toString());
            responder.fail();
        }
    }

    private CompletableFuture<Answer> answer(Peer peer, VerifyMessage question) {
        if (question instanceof VerifyRanges ranges) {
            KnownHorizon horizon = require(ranges.horizon());
            Answer answer = database.read(connection -> ranges(connection, ranges, horizon.horizon()));
            require(ranges.horizon());
            return CompletableFuture.completedFuture(answer);
        }
        if (question instanceof VerifyRows rows) {
            require(rows.horizon());
            Map<ActorId, ActorVersions> holds = holdings.now();
            Answer answer = database.read(connection -> rows(connection, rows, holds));
            require(rows.horizon());
            return CompletableFuture.completedFuture(answer);
        }
        if (question instanceof VerifyRepair repair) {
            return repair(peer, repair);
        }
        throw new ProtocolException("not a question: " + question.getClass().getSimpleName());
    }

    private KnownHorizon require(Fingerprint theirs) {
        KnownHorizon horizon = horizons.get();
        if (!horizon.fingerprint().equals(theirs)) {
            throw new CancellationException("the horizons differ, and anti-entropy must align them first");
        }
        return horizon;
    }

    private static Answer ranges(Connection connection, VerifyRanges question, Horizon horizon) throws SQLException {
        Map<String, Optional<ComparedTable>> tables = new HashMap<>();
        List<VerifyFound.Answer> answers = new ArrayList<>();
        int rows = 0;
        long bytes = 0;
        for (VerifyRanges.Range range : question.ranges()) {
            String name = range.scope().table();
            if (!tables.containsKey(name)) {
                tables.put(name, Optional.ofNullable(ComparedTable.read(connection, name)));
            }
            Optional<ComparedTable> table = tables.get(name);
            if (table.isEmpty()) {
                answers.add(new VerifyFound.NoTable());
                continue;
            }
            ComparedTable narrowed =
                    VerifyScopes.narrowed(table.get(), range.scope().columns());
            if (narrowed.schema() != range.scope().schema()) {
                answers.add(new VerifyFound.OtherSchema(
                        table.get().keySchema(), table.get().declarations()));
            } else if (rows >= MAX_ROWS || bytes >= MAX_BYTES) {
                answers.add(new VerifyFound.Parts(List.of(rest(range)), true));
            } else {
                RowPage page = new RowReader(connection, narrowed)
                        .page(range.keys(), horizon, MAX_ROWS - rows, MAX_BYTES - bytes);
                rows += page.rows().size();
                bytes += page.bytes();
                answers.add(compared(range, page));
            }
        }
        return new Answer(new VerifyFound(answers), bytes);
    }

    private static VerifyFound.Answer compared(VerifyRanges.Range range, RowPage page) {
        if (page.whole() && page.rows().size() == range.rows() && page.sum().equals(range.sum())) {
            return new VerifyFound.Equal();
        }
        if (page.whole() && page.rows().size() <= FEW_ROWS) {
            return new VerifyFound.Rows(page.rows());
        }
        List<VerifyFound.Part> parts = new ArrayList<>();
        int size = Math.max(1, (page.rows().size() + PARTS - 1) / PARTS);
        for (int from = 0; from < page.rows().size(); from += size) {
            int to = Math.min(page.rows().size(), from + size);
            List<RowDigest> part = page.rows().subList(from, to);
            RowKey upTo = to == page.rows().size()
                    ? page.read()
                    : part.get(part.size() - 1).key();
            parts.add(new VerifyFound.Part(upTo, part.size(), RowPage.sum(part)));
        }
        if (parts.isEmpty()) {
            parts.add(new VerifyFound.Part(page.read(), 0, Fingerprint.NONE));
        }
        if (!page.whole()) {
            parts.add(rest(range));
        }
        return new VerifyFound.Parts(parts, !page.whole());
    }

    private static VerifyFound.Part rest(VerifyRanges.Range range) {
        return new VerifyFound.Part(range.keys().upTo(), 0, Fingerprint.NONE);
    }

    private static Answer rows(Connection connection, VerifyRows question, Map<ActorId, ActorVersions> holds)
            throws SQLException {
        RowReader reader = new RowReader(connection, VerifyScopes.require(connection, question.scope()));
        List<RowState> rows = new ArrayList<>();
        long bytes = 0;
        for (RowKey key : question.keys()) {
            if (bytes > RowRepairs.MAX_BYTES) {
                break;
            }
            RowState row = reader.row(key);
            rows.add(row);
            bytes += row.estimatedBytes();
        }
        return new Answer(new VerifyStates(holds, rows), bytes);
    }

    private CompletableFuture<Answer> repair(Peer peer, VerifyRepair question) {
        String table = question.scope().table();
        RowRepairs repairs = new RowRepairs(
                replica,
                holdings,
                horizons,
                require(question.horizon()),
                question.scope(),
                question.holds(),
                question.rows(),
                guard.mayWrite(peer.credentials(), table),
                warnings);
        return database.maintain(repairs).thenApply(result -> {
            listener.repaired(peer.actorId(), table, result);
            return new Answer(new VerifyStates(result.holds(), result.rows()), 0);
        });
    }
}
