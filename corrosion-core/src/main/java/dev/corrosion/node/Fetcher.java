package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.Timing;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.EmptyVersions;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.SyncFetch;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.Wire;
import dev.corrosion.sync.SyncEffect;
import dev.corrosion.sync.SyncEvent;
import dev.corrosion.sync.SyncScheduler;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the machine of anti-entropy on the event loop: compares with peers and fetches what is missing. */
final class Fetcher {

    private static final Logger log = LoggerFactory.getLogger(Fetcher.class);

    private final ActorId self;
    private final EventLoop loop;
    private final Transport transport;
    private final Ledger ledger;
    private final ApplyQueue queue;
    private final TombstoneCollector tombstones;
    private final NodeCounters counters;
    private final SnapshotPolicy policy;
    private final SnapshotClient snapshots;
    private final SyncProgress progress;
    private final WriteGuard guard;
    private final SyncScheduler scheduler;
    private final GapWatch gaps;

    /** Exchanges that go on. On the event loop. */
    private final Set<Long> running = new HashSet<>();

    Fetcher(
            ActorId self,
            EventLoop loop,
            Transport transport,
            Ledger ledger,
            ApplyQueue queue,
            TombstoneCollector tombstones,
            NodeCounters counters,
            SnapshotPolicy policy,
            SnapshotClient snapshots,
            SyncProgress progress,
            WriteGuard guard,
            Duration syncInterval,
            RandomGenerator random) {
        this.self = self;
        this.loop = loop;
        this.transport = transport;
        this.ledger = ledger;
        this.queue = queue;
        this.tombstones = tombstones;
        this.counters = counters;
        this.policy = policy;
        this.snapshots = snapshots;
        this.progress = progress;
        this.guard = guard;
        this.scheduler = new SyncScheduler(syncInterval, random);
        this.gaps = new GapWatch(loop, actor -> ledger.of(actor).gaps(), (actor, peer) -> lacking(peer));
    }

    void start() {
        loop.execute(() -> handle(new SyncEvent.Start()));
    }

    /** A peer has shown something that this node lacks. Any thread. */
    void lacking(ActorId peer) {
        loop.execute(() -> {
            if (!snapshots.isRunning()) {
                handle(new SyncEvent.LackNoticed(peer));
            }
        });
    }

    /** A peer has sent a version of an actor before earlier ones. Any thread. */
    void overtaken(ActorId actor, ActorId peer) {
        loop.execute(() -> gaps.noted(actor, peer));
    }

    /** On the event loop. */
    void memberChanged(@Nullable MemberRecord before, MemberRecord after) {
        if (!after.isPresent()) {
            handle(new SyncEvent.PeerGone(after.id()));
            return;
        }
        boolean fresh = before == null
                || (after.state() == Member.State.ALIVE && before.state() != Member.State.ALIVE)
                || before.startedAt() != after.startedAt()
                || !before.address().equals(after.address());
        if (fresh) {
            handle(new SyncEvent.PeerUp(after.id(), after.address()));
        }
    }

    private void handle(SyncEvent event) {
        for (SyncEffect effect : scheduler.on(event, loop.now())) {
            if (effect instanceof SyncEffect.Compare compare) {
                compare(compare);
            } else if (effect instanceof SyncEffect.Fetch fetch) {
                fetch(fetch);
            } else if (effect instanceof SyncEffect.Cancel cancel) {
                running.remove(cancel.task());
            } else if (effect instanceof SyncEffect.StartTimer timer) {
                loop.schedule(timer.delay(), () -> handle(timer.event()));
            }
        }
    }

    /** Its end, once; nothing if it was cancelled. */
    private void end(long task, SyncEvent event) {
        loop.execute(() -> {
            if (running.remove(task)) {
                handle(event);
            }
        });
    }

    private void failed(long task, ActorId peer, Timing what, long begun, Throwable cause) {
        counters.syncFailures.increment();
        counters.timings.since(what, begun);
        progress.failed();
        log.debug("anti-entropy with {} did not complete: {}", peer.shortId(), cause.toString());
        end(task, new SyncEvent.Failed(task, peer));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private void compare(SyncEffect.Compare compare) {
        long begun = counters.timings.now();
        counters.syncRounds.increment();
        running.add(compare.task());
        new Comparison(ledger, tombstones::known, question -> Question.ask(transport, compare.address(), question)
                        .thenApply(Question.Answer::message))
                .run(compare.lacking())
                .whenComplete((found, failure) -> compared(compare, begun, found, failure));
    }

    private void compared(
            SyncEffect.Compare compare, long begun, Comparison.@Nullable Found found, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (found != null) {
            counters.timings.since(Timing.SYNC_ROUND, begun);
            loop.execute(() -> found(compare, found));
        } else if (cause instanceof Comparison.OtherHorizon other) {
            align(compare, other);
        } else {
            Throwable reason = cause == null ? new CancellationException() : cause;
            failed(compare.task(), compare.peer(), Timing.SYNC_ROUND_FAILED, begun, reason);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it goes on by itself, and does not fail
    private void found(SyncEffect.Compare compare, Comparison.Found found) {
        Map<ActorId, RangeSet> lacking = lacking(compare, found);
        progress.compared(lacking);
        boolean isNew = ledger.snapshot().keySet().stream().allMatch(self::equals);
        if (policy.wants(isNew, lacking.values(), found.databaseBytes())
                && !snapshots.isRunning()
                && !snapshots.isCoolingDown()) {
            fetchSnapshot(compare.peer(), compare.address());
        }
        // Meanwhile versions are not fetched one by one: most of them will be in the copy.
        end(
                compare.task(),
                new SyncEvent.Compared(compare.task(), compare.peer(), snapshots.isRunning() ? Map.of() : lacking));
    }

    /** Replaces the database by a copy of a peer's; completes with whether that was done. On the event loop. */
    CompletableFuture<Boolean> fetchSnapshot(ActorId peer, InetSocketAddress address) {
        return snapshots.begin(peer, address).thenApply(done -> {
            handle(new SyncEvent.LackNoticed(peer));
            return done;
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it does not fail
    private void align(SyncEffect.Compare compare, Comparison.OtherHorizon other) {
        tombstones.answered(compare.peer(), other.answer()).thenAccept(moved -> {
            end(compare.task(), new SyncEvent.Compared(compare.task(), compare.peer(), Map.of()));
            if (moved) {
                lacking(compare.peer());
            }
        });
    }

    private Map<ActorId, RangeSet> lacking(SyncEffect.Compare compare, Comparison.Found found) {
        Map<ActorId, RangeSet> lacking = new TreeMap<>();
        for (Map.Entry<ActorId, ActorVersions> entry : found.holds().entrySet()) {
            ActorId actor = entry.getKey();
            ActorVersions mine = ledger.of(actor);
            if (entry.getValue().head() > mine.head()) {
                heard(compare.peer(), actor, entry.getValue().head());
            }
            RangeSet missing = entry.getValue().missingAt(mine);
            if (!actor.equals(self) && !missing.isEmpty()) {
                lacking.put(actor, missing);
            }
        }
        return lacking;
    }

    /**
     * The head is noted before anything below it is fetched, since that may come in any order: a node that has skipped
     * versions takes a head among them for a sign that its database is an older copy (rule V8). Own versions are not
     * fetched; that there are unknown ones is for the applier to judge.
     */
    private void heard(ActorId peer, ActorId actor, long version) {
        queue.submit(new Received(peer, new VersionHead(actor, version), tombstones.horizon()));
    }

    /** What of these versions is not here. */
    private Map<ActorId, RangeSet> missing(Map<ActorId, RangeSet> versions) {
        Map<ActorId, RangeSet> missing = new TreeMap<>();
        versions.forEach((actor, wanted) -> {
            RangeSet rest = wanted.minus(ledger.of(actor).applied());
            if (!rest.isEmpty()) {
                missing.put(actor, rest);
            }
        });
        return missing;
    }

    private void fetch(SyncEffect.Fetch fetch) {
        running.add(fetch.task());
        Map<ActorId, RangeSet> wanted = missing(fetch.wanted());
        if (wanted.isEmpty()) {
            end(fetch.task(), new SyncEvent.Fetched(fetch.task(), fetch.peer(), Map.of()));
            return;
        }
        List<SyncFetch.Wanted> list = new ArrayList<>();
        wanted.forEach((actor, versions) -> list.add(new SyncFetch.Wanted(actor, versions)));
        KnownHorizon horizon = tombstones.known();
        byte[] request = Wire.encode(new SyncFetch(list, horizon.fingerprint()));
        transport.exchange(fetch.address(), request, new FetchHandler(fetch, horizon));
    }

    /** Hands the answers to the queue, as fast as that takes them. */
    private final class FetchHandler implements ExchangeHandler {

        private final SyncEffect.Fetch fetch;
        private final KnownHorizon horizon;
        private final long begun = counters.timings.now();
        private @Nullable Peer answering;
        private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);

        FetchHandler(SyncEffect.Fetch fetch, KnownHorizon horizon) {
            this.fetch = fetch;
            this.horizon = horizon;
        }

        @Override
        public void onPeer(Peer peer) {
            answering = peer;
        }

        @Override
        public CompletionStage<?> onFrame(byte[] frame) {
            Message message = Wire.decode(frame);
            if (message instanceof Changes changes) {
                return take(guard.admitted(Objects.requireNonNull(answering), changes));
            }
            if (message instanceof EmptyVersions) {
                return take(message);
            }
            throw new ProtocolException("not an answer to a fetch: " + message);
        }

        /** @param message null if nothing of it may come from there; the answer goes on all the same */
        private CompletionStage<?> take(@Nullable Message message) {
            CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
            if (message != null) {
                ApplyQueue.Receipt receipt = queue.submit(new Received(fetch.peer(), message, horizon.horizon()));
                settled = CompletableFuture.allOf(settled, receipt.settled());
                room = receipt.room();
            }
            CompletableFuture<Void> goOn = new CompletableFuture<>();
            loop.execute(() -> {
                if (running.contains(fetch.task())) {
                    handle(new SyncEvent.Progressed(fetch.task(), fetch.peer()));
                    goOn.complete(null);
                } else {
                    goOn.completeExceptionally(new CancellationException("nobody waits for it any more"));
                }
            });
            return CompletableFuture.allOf(room, goOn);
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
        public void onEnd() {
            settled.whenComplete((done, failure) -> {
                if (failure == null) {
                    counters.timings.since(Timing.SYNC_FETCH, begun);
                    end(fetch.task(), new SyncEvent.Fetched(fetch.task(), fetch.peer(), missing(fetch.wanted())));
                } else {
                    failed(fetch.task(), fetch.peer(), Timing.SYNC_FETCH_FAILED, begun, failure);
                }
            });
        }

        @Override
        public void onFailure(Throwable cause) {
            failed(fetch.task(), fetch.peer(), Timing.SYNC_FETCH_FAILED, begun, cause);
        }
    }
}
