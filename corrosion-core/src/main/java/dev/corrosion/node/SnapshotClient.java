package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.SnapshotPending;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a copy of a peer's database and has it installed. After a broken link it goes on where it was, with the same
 * peer, and after several of them without a byte more, with another. One at a time. On the event loop.
 */
final class SnapshotClient {

    private static final Logger log = LoggerFactory.getLogger(SnapshotClient.class);

    /** Attempts without progress before another peer is asked. */
    static final int ATTEMPTS_PER_PEER = 3;

    /** Attempts without progress before it is given up. */
    static final int ATTEMPTS = 9;

    static final Duration PAUSE = Duration.ofMillis(500);

    /** How long peers may say that the copy is being made. */
    static final Duration LONGEST_PENDING = Duration.ofMinutes(10);

    /** How long not to try again, whether it worked or not: a second copy would hardly be better. */
    static final Duration COOL_DOWN = Duration.ofMinutes(10);

    private final EventLoop loop;
    private final Executor executor;
    private final Transport transport;
    private final NodeCounters counters;
    private final Supplier<List<MemberRecord>> members;
    private final IncomingSnapshot incoming;
    private final Function<Path, CompletableFuture<CarryOver.Result>> install;
    private final Predicate<Peer> trust;
    private @Nullable CompletableFuture<Boolean> running;
    private long quietUntil;
    private boolean quiet;

    /** The peer may not write to some of the tables. */
    private static final class UntrustedException extends CorrosionException {
        private static final long serialVersionUID = 1L;

        UntrustedException() {
            super("the write rules do not let a copy of this peer's database be taken");
        }
    }

    /** An attempt with a peer. */
    private record Attempt(ActorId peer, InetSocketAddress address, int fruitless, long pendingSince, long had) {}

    /**
     * Of a node.
     *
     * @param executor for files
     * @param members to whom else it can turn
     * @param trust whether all that a peer has may be taken from it
     * @param install puts a file in place; on the executor
     */
    SnapshotClient(
            EventLoop loop,
            Executor executor,
            Transport transport,
            NodeCounters counters,
            Supplier<List<MemberRecord>> members,
            Path database,
            Predicate<Peer> trust,
            Function<Path, CompletableFuture<CarryOver.Result>> install) {
        this.loop = loop;
        this.executor = executor;
        this.transport = transport;
        this.counters = counters;
        this.members = members;
        this.incoming = new IncomingSnapshot(database);
        this.trust = trust;
        this.install = install;
        discard();
    }

    boolean isRunning() {
        return running != null;
    }

    /** Whether a copy was fetched, or could not be, a short while ago. */
    boolean isCoolingDown() {
        return quiet && loop.now() - quietUntil < 0;
    }

    /** Completes with whether it worked, on the event loop. */
    CompletableFuture<Boolean> begin(ActorId peer, InetSocketAddress address) {
        if (running != null) {
            return running;
        }
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        running = result;
        log.info("a copy of the database of {} is fetched, since much is missing here", peer.shortId());
        attempt(new Attempt(peer, address, 0, loop.now(), incoming.received()));
        return result;
    }

    private void attempt(Attempt attempt) {
        transport.exchange(attempt.address(), Wire.encode(incoming.request()), new Download(attempt));
    }

    /** One exchange; what arrives is handled by the executor, a frame at a time. */
    private final class Download implements ExchangeHandler {

        private final Attempt attempt;
        private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
        private boolean pending;
        private boolean trusted;

        Download(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void onPeer(Peer peer) {
            trusted = trust.test(peer);
        }

        @Override
        public CompletionStage<?> onFrame(byte[] frame) {
            if (!trusted) {
                throw new UntrustedException();
            }
            Message message = Wire.decode(frame);
            if (message instanceof SnapshotPending) {
                pending = true;
            } else {
                written = written.thenRunAsync(() -> incoming.take(message), executor);
            }
            return written;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
        public void onEnd() {
            written.whenComplete((done, failure) -> loop.execute(() -> ended(attempt, pending, failure)));
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
        public void onFailure(Throwable cause) {
            written.whenComplete((done, failure) -> loop.execute(() -> ended(attempt, false, cause)));
        }
    }

    private void ended(Attempt attempt, boolean pending, @Nullable Throwable failure) {
        if (failure == null && pending && loop.now() - attempt.pendingSince() < LONGEST_PENDING.toNanos()) {
            loop.schedule(PAUSE, () -> attempt(attempt));
        } else if (failure == null && incoming.isComplete()) {
            install();
        } else {
            retry(attempt, failure == null ? new IOException("the answer ended too early") : failure);
        }
    }

    private void retry(Attempt attempt, Throwable failure) {
        int fruitless = incoming.received() > attempt.had() ? 0 : attempt.fruitless() + 1;
        log.debug("a copy of the database broke off at {}: {}", incoming.received(), failure.toString());
        if (fruitless >= ATTEMPTS) {
            finish(failure);
            return;
        }
        ActorId peer = attempt.peer();
        InetSocketAddress address = attempt.address();
        boolean untrusted = failure instanceof UntrustedException;
        if (fruitless > 0 && (untrusted || fruitless % ATTEMPTS_PER_PEER == 0)) {
            List<MemberRecord> others = members.get().stream()
                    .filter(member -> member.isPresent() && !member.id().equals(attempt.peer()))
                    .toList();
            if (!others.isEmpty()) {
                MemberRecord other =
                        others.get((untrusted ? fruitless : fruitless / ATTEMPTS_PER_PEER) % others.size());
                peer = other.id();
                address = other.address();
            }
        }
        Attempt next = new Attempt(peer, address, fruitless, loop.now(), incoming.received());
        loop.schedule(PAUSE, () -> attempt(next));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private void install() {
        CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                incoming.verify();
                            } catch (IOException e) {
                                throw new CompletionException(e);
                            }
                            return incoming.file();
                        },
                        executor)
                .thenComposeAsync(install, executor)
                .whenComplete((done, failure) -> loop.execute(() -> finish(failure)));
    }

    private void finish(@Nullable Throwable failure) {
        if (failure == null) {
            counters.snapshotsInstalled.increment();
        } else {
            log.warn("no copy of a peer's database could be put in place: {}", failure.toString());
        }
        CompletableFuture<Boolean> result = running;
        running = null;
        quiet = true;
        quietUntil = loop.now() + COOL_DOWN.toNanos();
        discard();
        if (result != null) {
            result.complete(failure == null);
        }
    }

    private void discard() {
        try {
            incoming.discard();
        } catch (IOException e) {
            log.warn("the copy {} could not be deleted: {}", incoming.file(), e.toString());
        }
    }
}
