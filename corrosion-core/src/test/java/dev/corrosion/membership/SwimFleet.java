package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.membership.SwimEffect.MemberChanged;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.Rumor;
import dev.corrosion.protocol.SwimCodec;
import dev.corrosion.protocol.SwimPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Many nodes of the SWIM machine under virtual time, made for long runs: packets are passed as they are, their sizes are
 * checked. The same seed gives the same run.
 *
 * <p>The network: a datagram takes 0.2 to 1 ms and is lost with the given probability. A stream gets through; each loss on
 * the way costs it the time of a retransmission. A starved node handles nothing for a while, then first its timers and,
 * some milliseconds later, the packets that have come: as when a process does not get the processor.
 */
final class SwimFleet {

    static final int MAX_PACKET_BYTES = 1100;

    private static final long MIN_LATENCY = 200_000;
    private static final long MAX_LATENCY = 1_000_000;
    private static final long RETRANSMISSION = 150_000_000;
    private static final long MAX_BACKLOG = 50_000_000;

    /** Told of every change that a live node sees. */
    interface Observer {
        void changed(int observer, int member, MemberChanged change, long now);
    }

    private final SplittableRandom random;
    private final Agenda agenda = new Agenda();
    private final Swim[] nodes;
    private final boolean[] crashed;
    private final long[] starvedUntil;
    private final int[] recordBytes;
    private final double loss;
    private Observer observer = (node, member, change, time) -> {};
    private long now;
    private long events;
    private long packets;
    private int largestPacket;

    SwimFleet(int size, Lifeguard lifeguard, double loss, long seed) {
        random = new SplittableRandom(seed);
        nodes = new Swim[size];
        crashed = new boolean[size];
        starvedUntil = new long[size];
        recordBytes = new int[size];
        this.loss = loss;
        SwimConfig config = SwimConfig.defaults(MAX_PACKET_BYTES);
        List<MemberRecord> records = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ActorId id = new ActorId(new UUID(random.nextLong(), random.nextLong()));
            records.add(new MemberRecord(id, "n-" + i, "dc1", address(i), 1, 1, Member.State.ALIVE));
            recordBytes[i] = SwimCodec.size(records.get(i));
            nodes[i] = new Swim(config, lifeguard, records.get(i), to -> 2 * MAX_LATENCY, random.split());
        }
        PushPull everybody = new PushPull(records.get(0), 0, records);
        for (int i = 0; i < size; i++) {
            carryOut(i, -1, nodes[i].on(new SwimEvent.Start(List.of()), now));
            agenda.add(random.nextLong(1_000_000_000L), i, -1, new SwimEvent.ViewReceived(everybody));
        }
        run(Duration.ofSeconds(60));
    }

    int size() {
        return nodes.length;
    }

    long now() {
        return now;
    }

    /** Events handled by machines so far. */
    long events() {
        return events;
    }

    long packets() {
        return packets;
    }

    int largestPacket() {
        return largestPacket;
    }

    boolean isCrashed(int node) {
        return crashed[node];
    }

    void observe(Observer observer) {
        this.observer = observer;
    }

    void crash(int node) {
        crashed[node] = true;
    }

    /** Keeps the node from handling anything for so long. */
    void starve(int node, long nanos) {
        starvedUntil[node] = now + nanos;
    }

    void run(Duration duration) {
        long end = now + duration.toNanos();
        while (!agenda.isEmpty() && agenda.firstTime() <= end) {
            Agenda.Entry entry = agenda.take();
            now = entry.at;
            handle(entry.node, entry.asker, Objects.requireNonNull(entry.event));
        }
        now = end;
    }

    /** Pairs of live nodes of which one does not hold the other alive. */
    int disagreements() {
        Set<ActorId> live = new HashSet<>();
        for (int i = 0; i < nodes.length; i++) {
            if (!crashed[i]) {
                live.add(nodes[i].self().id());
            }
        }
        int wrong = 0;
        for (int i = 0; i < nodes.length; i++) {
            if (!crashed[i]) {
                long right = nodes[i].members().stream()
                        .filter(member -> member.state() == Member.State.ALIVE && live.contains(member.id()))
                        .count();
                wrong += live.size() - 1 - (int) right;
            }
        }
        return wrong;
    }

    private void handle(int node, int asker, SwimEvent event) {
        if (crashed[node]) {
            return;
        }
        if (now < starvedUntil[node]) {
            long backlog = event instanceof SwimEvent.TimerFired ? 0 : 1 + random.nextLong(MAX_BACKLOG);
            agenda.add(starvedUntil[node] + backlog, node, asker, event);
            return;
        }
        events++;
        carryOut(node, asker, nodes[node].on(event, now));
    }

    private void carryOut(int node, int asker, List<SwimEffect> effects) {
        for (SwimEffect effect : effects) {
            if (effect instanceof SwimEffect.StartTimer timer) {
                agenda.add(now + timer.delay().toNanos(), node, -1, new SwimEvent.TimerFired(timer.timer()));
            } else if (effect instanceof SwimEffect.Send send) {
                datagram(send);
            } else if (effect instanceof SwimEffect.StreamPing ping) {
                agenda.add(streamed(), index(ping.to()), node, new SwimEvent.StreamPinged(ping.packet()));
            } else if (effect instanceof SwimEffect.Exchange exchange) {
                agenda.add(streamed(), index(exchange.with()), node, new SwimEvent.ViewRequested(exchange.view()));
            } else if (effect instanceof SwimEffect.Answer answer) {
                agenda.add(
                        streamed(),
                        asker,
                        -1,
                        answer.message() instanceof PushPull view
                                ? new SwimEvent.ViewReceived(view)
                                : new SwimEvent.PacketReceived((SwimPacket) answer.message()));
            } else if (effect instanceof MemberChanged change) {
                observer.changed(node, index(change.after().address()), change, now);
            }
        }
    }

    private void datagram(SwimEffect.Send send) {
        packets++;
        checkSize(send.packet());
        if (loss == 0 || random.nextDouble() >= loss) {
            agenda.add(now + latency(), index(send.to()), -1, new SwimEvent.PacketReceived(send.packet()));
        }
    }

    private void checkSize(SwimPacket packet) {
        if (packet.gossip().isEmpty()) {
            return;
        }
        int bytes = SwimCodec.MAX_PACKET_OVERHEAD + bytes(packet.from());
        for (Rumor rumor : packet.gossip()) {
            bytes += bytes(rumor.member()) + (rumor.accuser() == null ? 0 : ActorId.BYTES);
        }
        largestPacket = Math.max(largestPacket, bytes);
        if (bytes > MAX_PACKET_BYTES) {
            throw new AssertionError("a packet of " + bytes + " bytes");
        }
    }

    /** Of the incarnations, only large ones take more than the first, which is one byte long. */
    private int bytes(MemberRecord member) {
        return recordBytes[index(member.address())] + (63 - Long.numberOfLeadingZeros(member.incarnation() | 1)) / 7;
    }

    private long latency() {
        return MIN_LATENCY + random.nextLong(MAX_LATENCY - MIN_LATENCY);
    }

    /** When it is there, for something sent on a stream now. */
    private long streamed() {
        long at = now + latency();
        for (long wait = RETRANSMISSION; loss > 0 && random.nextDouble() < loss; wait *= 2) {
            at += wait;
        }
        return at;
    }

    private static int index(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        return ((bytes[1] & 0xff) << 16) | ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
    }

    private static InetSocketAddress address(int index) {
        try {
            byte[] bytes = {10, (byte) (index >> 16), (byte) (index >> 8), (byte) index};
            return new InetSocketAddress(InetAddress.getByAddress(bytes), 8787);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
