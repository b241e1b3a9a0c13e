package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.SnapshotRequest;
import dev.corrosion.protocol.SyncDigest;
import dev.corrosion.protocol.SyncFetch;
import dev.corrosion.protocol.SyncMessage;
import dev.corrosion.protocol.SyncRequest;
import dev.corrosion.protocol.Wire;
import dev.corrosion.store.Database;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the questions of anti-entropy: whether a peer holds the same, what is held here, and versions that it lacks. */
final class SyncServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SyncServer.class);

    /** Fetches served at a time. */
    static final int MAX_SESSIONS = 8;

    /** Fetches that may wait for their turn; further ones are turned away and go elsewhere. */
    static final int MAX_WAITING = 32;

    /** Fetches of one peer that are served or wait; it asks for one at a time. */
    static final int MAX_FETCHES_OF_A_PEER = 4;

    /** Short questions that wait for a thread or have one. */
    static final int MAX_QUESTIONS = 128;

    /** Of these, those of one peer. */
    static final int MAX_QUESTIONS_OF_A_PEER = 8;

    static final int THREADS = 2;

    /** Steps that wait for a thread: one for each session, and the short questions. */
    static final int MAX_QUEUED = 256;

    private final EventLoop loop;
    private final Executor executor;
    private final Database database;
    private final Replica replica;
    private final Ledger ledger;
    private final Holdings holdings;
    private final ComparisonServer comparisons;
    private final TombstoneCollector tombstones;
    private final SnapshotFiles snapshots;
    private final NodeCounters counters;
    private final Places fetches;
    private final Places questions;
    private final AtomicLong contents = new AtomicLong();
    private final Bandwidth bandwidth;
    private final Pace pace;

    /** Guarded by this, as is {@link #waiting}. */
    private final Set<SyncSession> sessions = new HashSet<>();

    private final Deque<Supplier<SyncSession>> waiting = new ArrayDeque<>();

    /**
     * @param executor for what reads the database
     * @param bandwidth of which all answers together get their half
     * @param peerHolds told of all that a peer holds when it says so
     */
    SyncServer(
            EventLoop loop,
            Executor executor,
            Bandwidth bandwidth,
            Database database,
            Replica replica,
            Ledger ledger,
            TombstoneCollector tombstones,
            SnapshotFiles snapshots,
            NodeCounters counters,
            Consumer<Map<ActorId, ActorVersions>> peerHolds) {
        this.loop = loop;
        this.executor = executor;
        this.bandwidth = bandwidth;
        this.pace = bandwidth.answered();
        this.database = database;
        this.replica = replica;
        this.ledger = ledger;
        this.holdings = new Holdings(replica, ledger);
        this.comparisons = new ComparisonServer(ledger, tombstones::known, database::bytes, (peer, holds, theirs) -> {
            peerHolds.accept(holds);
            return tombstones.asked(peer, holds, theirs);
        });
        this.tombstones = tombstones;
        this.snapshots = snapshots;
        this.counters = counters;
        this.fetches = new Places(MAX_SESSIONS + MAX_WAITING, MAX_FETCHES_OF_A_PEER, "fetches", loop::now);
        this.questions = new Places(MAX_QUESTIONS, MAX_QUESTIONS_OF_A_PEER, "comparisons", loop::now);
    }

    /** Does not block. */
    void serve(Peer peer, SyncMessage question, ExchangeResponder responder) {
        if (question instanceof SyncDigest digest) {
            answer(peer.actorId(), () -> comparisons.answer(peer.actorId(), digest), responder);
        } else if (question instanceof SyncRequest request) {
            answer(peer.actorId(), () -> comparisons.answer(peer.actorId(), request), responder);
        } else if (question instanceof SyncFetch fetch) {
            fetch(peer.actorId(), fetch, responder);
        } else if (question instanceof SnapshotRequest request) {
            admit(
                    peer.actorId(),
                    () -> new SnapshotSource(snapshots, request, bandwidth.frameBytes(SnapshotSource.CHUNK_BYTES)),
                    responder);
        } else {
            throw new ProtocolException("not a question: " + question.getClass().getSimpleName());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes end it
    private void answer(ActorId peer, Supplier<SyncMessage> answer, ExchangeResponder responder) {
        if (!questions.take(peer)) {
            turnAway(responder);
            return;
        }
        try {
            executor.execute(() -> {
                try {
                    CompletionStage<Void> sent = responder.send(Wire.encode(answer.get()));
                    sent.whenComplete((done, failure) -> responder.end());
                } catch (RuntimeException e) {
                    log.debug("a question could not be answered: {}", e.toString());
                    responder.fail();
                } finally {
                    questions.free(peer);
                }
            });
        } catch (RejectedExecutionException e) {
            questions.free(peer);
            turnAway(responder);
        }
    }

    private void turnAway(ExchangeResponder responder) {
        counters.messagesTurnedAway.increment();
        responder.fail();
    }

    private void fetch(ActorId peer, SyncFetch fetch, ExchangeResponder responder) {
        KnownHorizon horizon = tombstones.known();
        if (!fetch.horizon().equals(horizon.fingerprint())) {
            responder.fail(); // it has moved since we compared: that comes first
            return;
        }
        long content = contents.get();
        admit(
                peer,
                () -> new VersionSource(
                        database,
                        new VersionReader(
                                replica.tables(),
                                held(fetch.wanted()),
                                bandwidth.frameBytes(VersionReader.FRAME_BYTES)),
                        horizon.horizon(),
                        tombstones::horizon,
                        () -> contents.get() == content && content % 2 == 0),
                responder);
    }

    /**
     * Only of what is held can it be said that nothing is left. A node with another database may have been asked: the
     * question was about what the one before it held, at this address.
     */
    private List<SyncFetch.Wanted> held(List<SyncFetch.Wanted> wanted) {
        Map<ActorId, ActorVersions> holds = holdings.now();
        return wanted.stream()
                .map(one -> new SyncFetch.Wanted(
                        one.actor(),
                        one.versions()
                                .intersect(holds.getOrDefault(one.actor(), ActorVersions.NONE)
                                        .applied())))
                .toList();
    }

    /** The tables of the database become others; what is being read is not sent. Called before and after, so that it is odd in between. */
    void contentChanges() {
        contents.incrementAndGet();
    }

    /** Completes when all that is committed here now by this node is on disk. */
    private CompletableFuture<Void> durable() {
        return ledger.whenHeld(replica.actorId(), replica.version());
    }

    private void admit(ActorId peer, Supplier<SyncSession.Source> source, ExchangeResponder responder) {
        if (!fetches.take(peer)) {
            turnAway(responder);
            return;
        }
        Supplier<SyncSession> session = () ->
                new SyncSession(loop, executor, pace, source.get(), this::durable, responder, over -> over(peer, over));
        synchronized (this) {
            if (sessions.size() >= MAX_SESSIONS) {
                waiting.add(session);
                return;
            }
        }
        begin(session);
    }

    private void begin(Supplier<SyncSession> made) {
        SyncSession session = made.get();
        synchronized (this) {
            sessions.add(session);
        }
        session.next();
    }

    private void over(ActorId peer, SyncSession session) {
        fetches.free(peer);
        Supplier<SyncSession> next;
        synchronized (this) {
            sessions.remove(session);
            next = sessions.size() < MAX_SESSIONS ? waiting.poll() : null;
        }
        if (next != null) {
            begin(next);
        }
    }

    /** Breaks off what goes on. */
    @Override
    public void close() {
        Set<SyncSession> left;
        synchronized (this) {
            waiting.clear();
            left = Collections.unmodifiableSet(new LinkedHashSet<>(sessions));
        }
        left.forEach(SyncSession::stop);
    }
}
