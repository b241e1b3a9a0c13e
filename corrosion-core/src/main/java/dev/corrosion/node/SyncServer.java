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
    }

    /** Does not block. */
    void serve(Peer peer, SyncMessage question, ExchangeResponder responder) {
        if (question instanceof SyncDigest digest) {
            answer(() -> comparisons.answer(peer.actorId(), digest), responder);
        } else if (question instanceof SyncRequest request) {
            answer(() -> comparisons.answer(peer.actorId(), request), responder);
        } else if (question instanceof SyncFetch fetch) {
            fetch(fetch, responder);
        } else if (question instanceof SnapshotRequest request) {
            admit(
                    () -> new SnapshotSource(snapshots, request, bandwidth.frameBytes(SnapshotSource.CHUNK_BYTES)),
                    responder);
        } else {
            throw new ProtocolException("not a question: " + question.getClass().getSimpleName());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes end it
    private void answer(Supplier<SyncMessage> answer, ExchangeResponder responder) {
        try {
            executor.execute(() -> {
                try {
                    CompletionStage<Void> sent = responder.send(Wire.encode(answer.get()));
                    sent.whenComplete((done, failure) -> responder.end());
                } catch (RuntimeException e) {
                    log.debug("a question could not be answered: {}", e.toString());
                    responder.fail();
                }
            });
        } catch (RejectedExecutionException e) {
            responder.fail();
        }
    }

    private void fetch(SyncFetch fetch, ExchangeResponder responder) {
        KnownHorizon horizon = tombstones.known();
        if (!fetch.horizon().equals(horizon.fingerprint())) {
            responder.fail(); // it has moved since we compared: that comes first
            return;
        }
        long content = contents.get();
        admit(
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

    private void admit(Supplier<SyncSession.Source> source, ExchangeResponder responder) {
        Supplier<SyncSession> session =
                () -> new SyncSession(loop, executor, pace, source.get(), this::durable, responder, this::over);
        synchronized (this) {
            if (sessions.size() >= MAX_SESSIONS) {
                if (waiting.size() < MAX_WAITING) {
                    waiting.add(session);
                } else {
                    responder.fail();
                }
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

    private void over(SyncSession session) {
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
