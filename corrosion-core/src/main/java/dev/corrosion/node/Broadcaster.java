package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.NodeActivity;
import dev.corrosion.broadcast.Broadcast;
import dev.corrosion.broadcast.BroadcastEffect;
import dev.corrosion.broadcast.BroadcastEvent;
import dev.corrosion.broadcast.BroadcastOptions;
import dev.corrosion.broadcast.Place;
import dev.corrosion.broadcast.Topology;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Have;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Want;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the machine of dissemination on the event loop: sends own commits, takes in those of others and passes them on. */
final class Broadcaster {

    private static final Logger log = LoggerFactory.getLogger(Broadcaster.class);

    /** How much may wait for the event loop before a peer is held back until it is taken in. */
    private static final long MAX_AHEAD_BYTES = 1L << 20;

    private final ActorId self;
    private final Supplier<String> region;
    private final EventLoop loop;
    private final Transport transport;
    private final ApplyQueue queue;
    private final NodeCounters counters;
    private final Supplier<List<MemberRecord>> members;
    private final Broadcast broadcast;
    private final WriteGuard guard;
    private final Consumer<ActorId> lacking;
    private final PeerLog warnings;
    private Topology topology;

    /** Completes when there is room for more than what was delivered last. */
    private CompletableFuture<Void> applying = CompletableFuture.completedFuture(null);

    /** What frames hold that the event loop has not taken. */
    private final AtomicLong aheadBytes = new AtomicLong();

    /** As the last event has left it. */
    private volatile NodeActivity.Queue outbox = new NodeActivity.Queue("outbox", 0, 0, 0, 0);

    private long duplicatesCounted;
    private long droppedCounted;

    /** @param lacking told of members that have something which only they may bring */
    Broadcaster(
            ActorId self,
            BroadcastOptions options,
            Supplier<String> region,
            EventLoop loop,
            Transport transport,
            Ledger ledger,
            ApplyQueue queue,
            NodeCounters counters,
            Supplier<List<MemberRecord>> members,
            WriteGuard guard,
            Consumer<ActorId> lacking,
            Random random) {
        this.self = self;
        this.region = region;
        this.loop = loop;
        this.transport = transport;
        this.queue = queue;
        this.counters = counters;
        this.members = members;
        this.guard = guard;
        this.lacking = lacking;
        this.warnings = new PeerLog(log, PeerListener.MAX_WARNINGS, loop::now);
        this.topology = Topology.empty(options);
        this.broadcast = new Broadcast(
                self, options, (actor, version) -> ledger.of(actor).contains(version), random);
    }

    /** A version was committed here; the part is null if it is too large to send unasked. Any thread, in order. */
    void committed(long version, @Nullable VersionPart part) {
        BroadcastEvent event =
                part == null ? new BroadcastEvent.CommittedLarge(version) : new BroadcastEvent.Committed(part);
        loop.execute(() -> handle(event));
    }

    /**
     * A frame that came unasked. Any member may pass on what another has written; what this node has written itself nobody
     * else can tell it.
     *
     * @return completes when the next frame of this peer may be delivered
     */
    CompletionStage<?> onFrame(Peer from, Message message) {
        boolean expected = message instanceof Changes
                || message instanceof VersionHead
                || message instanceof Have
                || message instanceof Want;
        if (!expected) {
            counters.messagesRejected.increment();
            warnings.warn(
                    "{} sent a {} unasked; dropped", from, message.getClass().getSimpleName());
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> room = new CompletableFuture<>();
        long bytes = ApplyQueue.bytes(message);
        // To make the transport wait for every frame would cost it another turn of its thread.
        boolean ahead = aheadBytes.addAndGet(bytes) <= MAX_AHEAD_BYTES && !queue.isFull();
        loop.execute(() -> {
            aheadBytes.addAndGet(-bytes);
            received(from, message, room);
        });
        return ahead ? CompletableFuture.completedFuture(null) : room;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // either outcome makes room
    private void received(Peer from, Message message, CompletableFuture<Void> room) {
        if (message instanceof Changes) {
            counters.framesOfChanges.increment();
        }
        Message admitted = message instanceof Changes changes ? admitted(from, changes) : message;
        if (admitted == null) {
            room.complete(null);
            return;
        }
        long refused = broadcast.refused();
        applying = CompletableFuture.completedFuture(null);
        handle(new BroadcastEvent.Received(from.actorId(), from.address(), admitted));
        applying.whenComplete((done, failure) -> room.complete(null));
        if (broadcast.refused() > refused) {
            counters.messagesRejected.add(broadcast.refused() - refused);
            warnings.warn("{} sent versions of this node, or parts of versions, unasked; dropped", from);
        }
    }

    /** What may come from there; who has written the rest is asked for it. */
    private @Nullable Changes admitted(Peer from, Changes changes) {
        Changes admitted = guard.admitted(from, changes);
        List<VersionPart> left = admitted == null ? List.of() : admitted.parts();
        if (left.size() < changes.parts().size()) {
            changes.parts().stream()
                    .filter(part -> !left.contains(part))
                    .map(VersionPart::actor)
                    .distinct()
                    .forEach(lacking);
        }
        return admitted;
    }

    /** The transport dropped a frame. Any thread. */
    void shed(InetSocketAddress to) {
        loop.execute(() -> handle(new BroadcastEvent.Shed(to)));
    }

    /** On the event loop. */
    void membersChanged() {
        String own = region.get();
        List<Place> places = new ArrayList<>();
        places.add(new Place(self, transport.address(), own));
        for (MemberRecord member : members.get()) {
            if (member.isPresent()) {
                places.add(new Place(member.id(), member.address(), member.region()));
            }
        }
        topology = topology.of(places);
        handle(new BroadcastEvent.ViewChanged(topology, own));
    }

    /** What waits to be sent, to all peers. Any thread. */
    NodeActivity.Queue outbox() {
        return outbox;
    }

    /** What has been delivered and waits for the event loop. Any thread. */
    NodeActivity.Queue inbox() {
        return new NodeActivity.Queue("inbox", 0, 0, aheadBytes.get(), MAX_AHEAD_BYTES);
    }

    private void handle(BroadcastEvent event) {
        for (BroadcastEffect effect : broadcast.on(event, loop.now())) {
            if (effect instanceof BroadcastEffect.Send send) {
                byte[] frame = Wire.encode(send.message());
                send.to().forEach(address -> transport.sendFrame(address, frame));
            } else if (effect instanceof BroadcastEffect.Deliver deliver) {
                applying = queue.submit(new Received(deliver.from(), deliver.message(), null))
                        .room();
            } else if (effect instanceof BroadcastEffect.FlushSoon) {
                // At the end of the queue: what already waits there shares the frames.
                loop.execute(() -> handle(new BroadcastEvent.Flush()));
            } else if (effect instanceof BroadcastEffect.StartTimer timer) {
                loop.schedule(timer.delay(), () -> handle(new BroadcastEvent.Tick()));
            }
        }
        if (outbox.bytes() != broadcast.queuedBytes()) {
            outbox = new NodeActivity.Queue("outbox", 0, 0, broadcast.queuedBytes(), broadcast.maxQueuedBytes());
        }
        counters.duplicates.add(broadcast.duplicates() - duplicatesCounted);
        duplicatesCounted = broadcast.duplicates();
        counters.versionsDropped.add(broadcast.dropped() - droppedCounted);
        droppedCounted = broadcast.dropped();
    }
}
