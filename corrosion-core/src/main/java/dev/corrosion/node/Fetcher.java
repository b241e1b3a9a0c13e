package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Collected;
import dev.corrosion.protocol.EmptyVersions;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.SyncRequest;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.Wire;
import dev.corrosion.sync.SyncEffect;
import dev.corrosion.sync.SyncEvent;
import dev.corrosion.sync.SyncScheduler;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Transport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the machine of anti-entropy on the event loop: fetches what is missing. */
final class Fetcher {

    private static final Logger log = LoggerFactory.getLogger(Fetcher.class);

    private final EventLoop loop;
    private final Transport transport;
    private final Ledger ledger;
    private final ApplyQueue queue;
    private final TombstoneCollector tombstones;
    private final NodeCounters counters;
    private final SyncScheduler scheduler;

    Fetcher(
            EventLoop loop,
            Transport transport,
            Ledger ledger,
            ApplyQueue queue,
            TombstoneCollector tombstones,
            NodeCounters counters,
            Duration syncInterval) {
        this.loop = loop;
        this.transport = transport;
        this.ledger = ledger;
        this.queue = queue;
        this.tombstones = tombstones;
        this.counters = counters;
        this.scheduler = new SyncScheduler(syncInterval, new Random(new SecureRandom().nextLong()));
    }

    void start() {
        loop.execute(() -> handle(new SyncEvent.Start()));
    }

    /** A peer has shown something that this node lacks. Any thread. */
    void lacking(ActorId peer) {
        loop.execute(() -> handle(new SyncEvent.LackNoticed(peer)));
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
            if (effect instanceof SyncEffect.Fetch fetch) {
                fetch(fetch);
            } else if (effect instanceof SyncEffect.StartTimer timer) {
                loop.schedule(timer.delay(), () -> handle(new SyncEvent.Tick()));
            }
        }
    }

    private void fetch(SyncEffect.Fetch fetch) {
        counters.syncRounds.increment();
        Horizon horizon = tombstones.horizon();
        byte[] request = Wire.encode(new SyncRequest(ledger.snapshot(), horizon));
        transport.exchange(fetch.address(), request, new ExchangeHandler() {

            private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);

            @Override
            public CompletionStage<?> onFrame(byte[] frame) {
                Message message = Wire.decode(frame);
                if (message instanceof Collected collected) {
                    settled = tombstones.answered(fetch.peer(), collected).thenAccept(moved -> {
                        if (moved) {
                            lacking(fetch.peer());
                        }
                    });
                    return settled;
                }
                if (!(message instanceof Changes
                        || message instanceof EmptyVersions
                        || message instanceof VersionHead)) {
                    throw new ProtocolException("not an answer to a fetch: " + message);
                }
                ApplyQueue.Receipt receipt = queue.submit(new Received(fetch.peer(), message, horizon));
                settled = CompletableFuture.allOf(settled, receipt.settled());
                return receipt.room();
            }

            @Override
            @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
            public void onEnd() {
                settled.whenComplete((done, failure) -> ended(fetch.peer(), failure));
            }

            @Override
            public void onFailure(Throwable cause) {
                ended(fetch.peer(), cause);
            }
        });
    }

    private void ended(ActorId peer, @Nullable Throwable failure) {
        if (failure != null) {
            counters.syncFailures.increment();
            log.debug("the fetch from {} did not complete: {}", peer.shortId(), failure.toString());
        }
        loop.execute(() -> handle(new SyncEvent.FetchEnded(peer, failure == null)));
    }
}
