package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import dev.corrosion.broadcast.BroadcastEffect.Deliver;
import dev.corrosion.broadcast.BroadcastEffect.FlushSoon;
import dev.corrosion.broadcast.BroadcastEffect.StartTimer;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Have;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionId;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Want;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Spreads versions along trees that every node computes from what it knows of the members: an origin sends to a few relays
 * of each region, these pass on within their region. Nothing is learnt and nothing is agreed on. What gets lost is found by
 * digests: the relays of a region tell each other at once, relays tell those of one other region, and every node tells a few
 * neighbours shortly after news; who lacks something asks for it. What is older than the window of what is remembered is
 * left to anti-entropy. Small clusters have no trees: the origin sends to everybody.
 *
 * <p>A version that is too large to be sent unasked travels as its head, and a node passes a head on only when it holds the
 * version, so that those below fetch from somebody who has it.
 *
 * <p>Not thread-safe. Time is in nanoseconds of any origin.
 */
public final class Broadcast {

    /** Changes of one frame, in bytes; also the largest version that is sent with its changes. */
    public static final int MAX_FRAME_BYTES = 64 << 10;

    /** How long to wait for the answer of a neighbour before the next one is asked, and of somebody far away. */
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    private static final long FAR_RETRY_NANOS = Duration.ofMillis(500).toNanos();

    /** Heads that wait to be passed on; more are left to anti-entropy. */
    private static final int MAX_HEADS = 256;

    private static final long HEAD_CHECK_NANOS = Duration.ofMillis(20).toNanos();
    private static final long HEAD_LIFE_NANOS = Duration.ofMinutes(1).toNanos();

    /** What a peer is told that may have missed something, of the versions that came last. */
    private static final int MAX_PERHAPS_MISSED = 256;

    private final ActorId self;
    private final BroadcastOptions options;
    private final Holdings holdings;
    private final Recent recent;
    private final Missing missing = new Missing();
    private final Outbox outbox;
    private final Map<VersionId, Long> heads = new LinkedHashMap<>();
    private final Digests digests;
    private List<BroadcastEffect> effects = new ArrayList<>();
    private Topology topology;
    private String region = "";
    private @Nullable List<Place> ownTargets;
    private long headsAt = Missing.NEVER;
    private long armed = Missing.NEVER;
    private boolean flushing;
    private long duplicates;
    private long refused;

    public Broadcast(ActorId self, BroadcastOptions options, Holdings holdings, RandomGenerator random) {
        this.self = self;
        this.options = options;
        this.holdings = holdings;
        this.recent = new Recent(options.recentVersions(), options.recentBytes());
        this.outbox = new Outbox(options);
        this.digests = new Digests(self, options, random);
        this.topology = Topology.empty(options);
    }

    /** Versions that came again. */
    public long duplicates() {
        return duplicates;
    }

    /** Versions that nobody else may send: of this actor, or in part. */
    public long refused() {
        return refused;
    }

    /** Versions that were dropped on the way to a peer that is too slow. */
    public long dropped() {
        return outbox.droppedVersions();
    }

    /** Bytes of changes that wait to be sent. */
    public long queuedBytes() {
        return outbox.queuedBytes();
    }

    /** How many can. */
    public long maxQueuedBytes() {
        return outbox.maxQueuedBytes();
    }

    /** Handles one event and returns what is to be done. */
    public List<BroadcastEffect> on(BroadcastEvent event, long now) {
        effects = new ArrayList<>(2);
        if (event instanceof BroadcastEvent.Received received) {
            received(received, now);
        } else if (event instanceof BroadcastEvent.Flush) {
            flushing = false;
            effects.addAll(outbox.flush(now));
        } else if (event instanceof BroadcastEvent.Tick) {
            tick(now);
        } else if (event instanceof BroadcastEvent.Committed committed) {
            committed(new Item(committed.part()), now);
        } else if (event instanceof BroadcastEvent.CommittedLarge large) {
            committed(new Item(new VersionId(self, large.version())), now);
        } else if (event instanceof BroadcastEvent.ViewChanged changed) {
            topology = changed.topology();
            region = changed.region();
            ownTargets = null;
        } else if (event instanceof BroadcastEvent.Shed shed) {
            outbox.shed(shed.to(), recent.newest(MAX_PERHAPS_MISSED), now);
        }
        if (outbox.isTouched() && !flushing) {
            flushing = true;
            effects.add(new FlushSoon());
        }
        arm(now);
        return effects;
    }

    private void committed(Item item, long now) {
        recent.add(item);
        if (ownTargets == null) {
            ownTargets = topology.targets(self, region);
        }
        ownTargets.forEach(place -> outbox.own(place.address(), item));
        tell(item.id(), now);
    }

    private void received(BroadcastEvent.Received received, long now) {
        Message message = received.message();
        if (message instanceof Changes changes) {
            changes(received.from(), changes, now);
        } else if (message instanceof VersionHead head) {
            head(received.from(), head, now);
        } else if (message instanceof Have have) {
            announced(received, have, now);
        } else if (message instanceof Want want) {
            for (VersionId id : want.versions()) {
                recent.find(id).ifPresent(item -> outbox.own(received.address(), item));
            }
        }
    }

    private void changes(ActorId from, Changes changes, long now) {
        List<VersionPart> fresh = new ArrayList<>(changes.parts().size());
        for (VersionPart part : changes.parts()) {
            if (part.actor().equals(self) || !part.isWhole()) {
                refused++;
                continue;
            }
            VersionId id = new VersionId(part.actor(), part.version());
            if (isKnown(id)) {
                duplicates++;
                continue;
            }
            Item item = new Item(id, part);
            recent.add(item);
            missing.arrived(id);
            fresh.add(part);
            spread(item, now);
        }
        if (!fresh.isEmpty()) {
            effects.add(new Deliver(from, fresh.size() == changes.parts().size() ? changes : new Changes(fresh)));
        }
    }

    private void head(ActorId from, VersionHead head, long now) {
        VersionId id = new VersionId(head.actor(), head.version());
        if (head.actor().equals(self)) {
            refused++;
        } else if (isKnown(id)) {
            duplicates++;
        } else {
            recent.add(new Item(id));
            missing.arrived(id);
            effects.add(new Deliver(from, head));
            if (heads.size() < MAX_HEADS) {
                heads.put(id, now + HEAD_LIFE_NANOS);
                headsAt = Math.min(headsAt, now + HEAD_CHECK_NANOS);
            }
        }
    }

    private boolean isKnown(VersionId id) {
        return recent.contains(id) || holdings.holds(id.actor(), id.version());
    }

    /** Passes on and tells the others of it. */
    private void spread(Item item, long now) {
        ActorId origin = item.id().actor();
        for (Place child : topology.children(self, region, Topology.treeOf(origin))) {
            if (!child.id().equals(origin)) {
                outbox.relay(child.address(), item);
            }
        }
        tell(item.id(), now);
    }

    private void tell(VersionId id, long now) {
        if (topology.isDirect()) {
            return;
        }
        digests.add(id, now);
        int tree = Topology.treeOf(id.actor());
        Region own = topology.region(region);
        int rank = own == null ? -1 : rank(own.relays(tree), self);
        if (own != null && rank >= 0 && !id.actor().equals(self)) {
            for (Place relay : own.relays(tree)) {
                if (!relay.id().equals(self)) {
                    outbox.have(relay.address(), List.of(id));
                }
            }
            Region watched = topology.watched(region, tree);
            if (watched != null) {
                List<Place> relays = watched.relays(tree);
                outbox.have(relays.get(rank % relays.size()).address(), List.of(id));
            }
        }
    }

    private static int rank(List<Place> relays, ActorId member) {
        for (int i = 0; i < relays.size(); i++) {
            if (relays.get(i).id().equals(member)) {
                return i;
            }
        }
        return -1;
    }

    private void announced(BroadcastEvent.Received received, Have have, long now) {
        Region own = topology.region(region);
        boolean near = own != null && own.contains(received.from());
        for (VersionId id : have.versions()) {
            if (id.actor().equals(self) || isKnown(id)) {
                continue;
            }
            long patience =
                    near ? options.patience().toNanos() : options.farPatience().toNanos();
            if (near && own != null && rank(own.relays(Topology.treeOf(id.actor())), self) >= 0) {
                // A relay that is late keeps its part of the region waiting; one copy more is cheaper.
                patience = 0;
            }
            missing.announced(id, received.address(), patience, near ? RETRY_NANOS : FAR_RETRY_NANOS, now);
        }
        missing.ask(outbox, now);
    }

    private void tick(long now) {
        if (now >= armed) {
            armed = Missing.NEVER;
        }
        digests.tell(topology.region(region), outbox, now);
        missing.ask(outbox, now);
        if (now >= headsAt) {
            passOnHeads(now);
        }
        if (now >= outbox.wake()) {
            effects.addAll(outbox.flush(now));
        }
    }

    private void passOnHeads(long now) {
        headsAt = Missing.NEVER;
        for (Iterator<Map.Entry<VersionId, Long>> all = heads.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<VersionId, Long> head = all.next();
            VersionId id = head.getKey();
            if (holdings.holds(id.actor(), id.version())) {
                all.remove();
                spread(new Item(id), now);
            } else if (now >= head.getValue()) {
                all.remove();
            } else {
                headsAt = now + HEAD_CHECK_NANOS;
            }
        }
    }

    private void arm(long now) {
        long wake = Math.min(Math.min(digests.wake(), headsAt), Math.min(missing.wake(), outbox.wake()));
        if (wake < armed) {
            armed = wake;
            effects.add(new StartTimer(Duration.ofNanos(Math.max(0, wake - now))));
        }
    }
}
