package dev.corrosion.broadcast;

import dev.corrosion.broadcast.BroadcastEffect.Send;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Have;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionId;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Want;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What is to be sent, by peer. Everything that gathers between two flushes shares frames; what several peers get alike is
 * one message. Own versions go before those of others. The rates are kept by the generic cell rate algorithm, of which only
 * the time when the bucket is empty again must be remembered; what exceeds them waits, the peers taking turns, and what
 * exceeds the bound of what may wait is dropped and announced when there is room again.
 */
final class Outbox {

    /** How long nothing is sent to a peer for which the transport has dropped a frame. */
    static final long REST_NANOS = 1_000_000_000L;

    /** After so many rests in a row a peer is not told any more what it has missed. */
    private static final int MAX_RESTS = 3;

    private static final long SECOND = 1_000_000_000L;

    private static final long LONG_AGO = Long.MIN_VALUE / 2;

    private static final class Peer {
        private final Deque<Item> own = new ArrayDeque<>(2);
        private final Deque<Item> relayed = new ArrayDeque<>(2);
        private final List<VersionId> haves = new ArrayList<>(2);
        private final List<VersionId> wants = new ArrayList<>(2);
        private final Set<VersionId> dropped = new LinkedHashSet<>(2);
        private long bytes;
        private long emptyAt = LONG_AGO;
        private long restUntil = LONG_AGO;
        private boolean resting;
        private int rests;

        private boolean hasChanges() {
            return !own.isEmpty() || !relayed.isEmpty();
        }

        private boolean isIdle(long now) {
            return !hasChanges() && dropped.isEmpty() && emptyAt <= now && restUntil + REST_NANOS * rests <= now;
        }
    }

    private final BroadcastOptions options;
    private final long burstNanos;
    private final long peerBurstNanos;
    private final Map<InetSocketAddress, Peer> peers = new LinkedHashMap<>();
    private long emptyAt = LONG_AGO;
    private long wake = Missing.NEVER;
    private boolean touched;
    private long droppedVersions;
    private long queuedBytes;

    Outbox(BroadcastOptions options) {
        this.options = options;
        this.burstNanos = nanos(options.burstBytes(), options.bytesPerSecond());
        this.peerBurstNanos = nanos(options.burstBytes(), options.peerBytesPerSecond());
    }

    void own(InetSocketAddress to, Item item) {
        Peer peer = peer(to);
        if (hasRoom(peer, item)) {
            peer.own.add(item);
        }
    }

    void relay(InetSocketAddress to, Item item) {
        Peer peer = peer(to);
        if (hasRoom(peer, item)) {
            peer.relayed.add(item);
        }
    }

    void have(InetSocketAddress to, Collection<VersionId> ids) {
        List<VersionId> haves = peer(to).haves;
        for (VersionId id : ids) {
            if (haves.size() < Have.MAX_VERSIONS) {
                haves.add(id);
            }
        }
    }

    void want(InetSocketAddress to, VersionId id) {
        List<VersionId> wants = peer(to).wants;
        if (wants.size() < Have.MAX_VERSIONS) {
            wants.add(id);
        }
    }

    /** The transport has dropped something for this peer: it rests, and is told afterwards what it may have missed. */
    void shed(InetSocketAddress to, List<VersionId> perhapsMissed, long now) {
        Peer peer = peer(to);
        if (peer.resting) {
            return;
        }
        peer.resting = true;
        peer.rests++;
        peer.restUntil = now + REST_NANOS;
        perhapsMissed.forEach(id -> drop(peer, id));
        wake = Math.min(wake, peer.restUntil);
    }

    /** Something was added since the last flush. */
    boolean isTouched() {
        return touched;
    }

    /** When there is something to flush that could not go before. */
    long wake() {
        return wake;
    }

    long droppedVersions() {
        return droppedVersions;
    }

    /** What waits for all peers together. */
    long queuedBytes() {
        return queuedBytes;
    }

    /** How much of it there can be, with the peers that there are. */
    long maxQueuedBytes() {
        return options.queuedBytes() * Math.max(1, peers.size());
    }

    List<Send> flush(long now) {
        touched = false;
        wake = Missing.NEVER;
        peers.values().forEach(peer -> peer.resting = peer.resting && peer.restUntil > now);
        Map<Peer, List<Item>> taken = new LinkedHashMap<>();
        take(taken, peer -> peer.own, now);
        take(taken, peer -> peer.relayed, now);
        Map<Object, Send> sends = new LinkedHashMap<>();
        List<InetSocketAddress> served = new ArrayList<>(0);
        for (Iterator<Map.Entry<InetSocketAddress, Peer>> all = peers.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<InetSocketAddress, Peer> entry = all.next();
            Peer peer = entry.getValue();
            if (!peer.resting) {
                address(sends, entry.getKey(), taken.getOrDefault(peer, List.of()));
                tell(sends, entry.getKey(), peer);
            }
            if (peer.isIdle(now)) {
                all.remove();
            } else if (peer.hasChanges() || !peer.dropped.isEmpty()) {
                wake = Math.min(wake, nextTurn(peer, now));
                if (taken.containsKey(peer)) {
                    served.add(entry.getKey());
                }
            }
        }
        served.forEach(this::toTheEnd);
        return List.copyOf(sends.values());
    }

    /** Who has had something and waits for more comes after the others next time. */
    private void toTheEnd(InetSocketAddress address) {
        Peer peer = peers.remove(address);
        if (peer != null) {
            peers.put(address, peer);
        }
    }

    private void take(Map<Peer, List<Item>> taken, Function<Peer, Deque<Item>> lane, long now) {
        for (Peer peer : peers.values()) {
            Deque<Item> waiting = lane.apply(peer);
            while (!waiting.isEmpty() && !peer.resting && allowedAt(peer, waiting.element()) <= now) {
                Item item = waiting.remove();
                peer.bytes -= item.bytes();
                queuedBytes -= item.bytes();
                peer.emptyAt = Math.max(peer.emptyAt, now) + nanos(item.bytes(), options.peerBytesPerSecond());
                emptyAt = Math.max(emptyAt, now) + nanos(item.bytes(), options.bytesPerSecond());
                taken.computeIfAbsent(peer, p -> new ArrayList<>(2)).add(item);
            }
        }
    }

    /** When it may leave: within the burst, or alone, if it is larger, once all before it is paid for. */
    private long allowedAt(Peer peer, Item item) {
        long forPeer = Math.max(0, peerBurstNanos - nanos(item.bytes(), options.peerBytesPerSecond()));
        long forAll = Math.max(0, burstNanos - nanos(item.bytes(), options.bytesPerSecond()));
        return Math.max(peer.emptyAt - forPeer, emptyAt - forAll);
    }

    private long nextTurn(Peer peer, long now) {
        Item next = peer.own.isEmpty() ? peer.relayed.peek() : peer.own.peek();
        long allowed = next == null ? now : allowedAt(peer, next);
        return Math.max(now + 1, Math.max(peer.restUntil, allowed));
    }

    /** Puts the items into frames; peers with the same items share the messages. */
    private static void address(Map<Object, Send> sends, InetSocketAddress to, List<Item> items) {
        if (items.isEmpty()) {
            return;
        }
        int begin = 0;
        int bytes = 0;
        for (int i = 0; i <= items.size(); i++) {
            boolean full =
                    i == items.size() || (i > begin && bytes + items.get(i).bytes() > Broadcast.MAX_FRAME_BYTES);
            if (full) {
                frame(sends, to, items.subList(begin, i));
                begin = i;
                bytes = 0;
            }
            bytes += i < items.size() ? items.get(i).bytes() : 0;
        }
    }

    private static void frame(Map<Object, Send> sends, InetSocketAddress to, List<Item> items) {
        List<VersionPart> parts = new ArrayList<>(items.size());
        for (Item item : items) {
            if (item.part() == null) {
                VersionId id = item.id();
                to(sends, item, new VersionHead(id.actor(), id.version()), to);
            } else {
                parts.add(item.part());
            }
        }
        if (!parts.isEmpty()) {
            to(sends, items, new Changes(parts), to);
        }
    }

    private static void tell(Map<Object, Send> sends, InetSocketAddress to, Peer peer) {
        if (!peer.hasChanges() && !peer.dropped.isEmpty()) {
            for (VersionId id : peer.dropped) {
                if (peer.haves.size() < Have.MAX_VERSIONS) {
                    peer.haves.add(id);
                }
            }
            peer.dropped.clear();
        }
        if (!peer.haves.isEmpty()) {
            Have have = new Have(peer.haves);
            to(sends, have, have, to);
            peer.haves.clear();
        }
        if (!peer.wants.isEmpty()) {
            Want want = new Want(peer.wants);
            to(sends, want, want, to);
            peer.wants.clear();
        }
    }

    private static void to(Map<Object, Send> sends, Object key, Message message, InetSocketAddress to) {
        Send send = sends.get(key);
        if (send == null) {
            send = new Send(message, new ArrayList<>());
            sends.put(key, send);
        }
        send.to().add(to);
    }

    private Peer peer(InetSocketAddress address) {
        touched = true;
        return peers.computeIfAbsent(address, unknown -> new Peer());
    }

    private boolean hasRoom(Peer peer, Item item) {
        if (peer.resting || (peer.bytes > 0 && peer.bytes + item.bytes() > options.queuedBytes())) {
            droppedVersions++;
            drop(peer, item.id());
            return false;
        }
        peer.bytes += item.bytes();
        queuedBytes += item.bytes();
        return true;
    }

    /** The newest are announced first when there is room; older ones are left to anti-entropy. */
    private static void drop(Peer peer, VersionId id) {
        if (peer.rests > MAX_RESTS) {
            return;
        }
        if (peer.dropped.size() == Have.MAX_VERSIONS) {
            Iterator<VersionId> oldest = peer.dropped.iterator();
            oldest.next();
            oldest.remove();
        }
        peer.dropped.add(id);
    }

    private static long nanos(long bytes, long bytesPerSecond) {
        return (long) ((double) bytes / bytesPerSecond * SECOND);
    }
}
