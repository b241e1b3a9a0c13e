package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.broadcast.Broadcast;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Collected;
import dev.corrosion.protocol.EmptyVersions;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.SyncRequest;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Wire;
import dev.corrosion.sync.SyncEffect;
import dev.corrosion.sync.SyncEvent;
import dev.corrosion.sync.SyncScheduler;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the broadcast and anti-entropy machines on the event loop: sends own commits, takes in those of others, fetches
 * what is missing.
 */
final class Replication {

    private static final Logger log = LoggerFactory.getLogger(Replication.class);

    private final EventLoop loop;
    private final Transport transport;
    private final Ledger ledger;
    private final ApplyQueue queue;
    private final TombstoneCollector tombstones;
    private final NodeCounters counters;
    private final Supplier<List<MemberRecord>> members;
    private final Broadcast broadcast;
    private final SyncScheduler scheduler;
    private boolean flushing;

    Replication(
            ActorId self,
            EventLoop loop,
            Transport transport,
            Ledger ledger,
            ApplyQueue queue,
            TombstoneCollector tombstones,
            NodeCounters counters,
            Duration syncInterval,
            Supplier<List<MemberRecord>> members) {
        this.loop = loop;
        this.transport = transport;
        this.ledger = ledger;
        this.queue = queue;
        this.tombstones = tombstones;
        this.counters = counters;
        this.members = members;
        this.broadcast = new Broadcast(self);
        this.scheduler = new SyncScheduler(syncInterval, new Random(new SecureRandom().nextLong()));
    }

    void start() {
        loop.execute(() -> handle(new SyncEvent.Start()));
    }

    /** A version was committed here; the part is null if it is too large to send unasked. Any thread, in order. */
    void committed(long version, @Nullable VersionPart part) {
        loop.execute(() -> {
            if (part == null) {
                broadcast.committedLarge(version);
            } else {
                broadcast.committed(part);
            }
            if (!flushing) {
                // At the end of the queue: commits that are already waiting share the frame.
                flushing = true;
                loop.execute(this::flush);
            }
        });
    }

    /** A frame that came unasked: only the author of changes may send them so. */
    CompletionStage<?> onFrame(Peer from, Message message) {
        boolean genuine = message instanceof Changes changes
                ? changes.parts().stream().allMatch(part -> part.actor().equals(from.actorId()))
                : message instanceof VersionHead head && head.actor().equals(from.actorId());
        if (!genuine) {
            counters.messagesRejected.increment();
            log.warn(
                    "{} sent {} that is not its own; dropped",
                    from,
                    message.getClass().getSimpleName());
            return CompletableFuture.completedFuture(null);
        }
        return queue.submit(new Received(from.actorId(), message, null)).room();
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

    private void flush() {
        flushing = false;
        for (Broadcast.Send send : broadcast.flush(members.get())) {
            byte[] frame = Wire.encode(send.message());
            send.to().forEach(address -> transport.sendFrame(address, frame));
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
                    throw new dev.corrosion.protocol.ProtocolException("not an answer to a fetch: " + message);
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
