package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import dev.corrosion.protocol.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/** Nodes of the SWIM machine alone, under virtual time, on a network that obeys the test. The same seed, the same run. */
final class SwimWorld {

    static final Duration LATENCY = Duration.ofMillis(1);

    private record Scheduled(long at, long order, Runnable task) {}

    private final Random random;
    private final PriorityQueue<Scheduled> agenda = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private final Map<InetSocketAddress, Node> nodes = new LinkedHashMap<>();
    private ToLongBiFunction<InetSocketAddress, InetSocketAddress> roundTrip = (from, to) -> 2 * LATENCY.toNanos();
    private double loss;
    private BiPredicate<Node, Node> cut = (from, to) -> false;
    private long now;
    private long order;
    private int lastHost;

    SwimWorld(long seed) {
        random = new Random(seed);
    }

    final class Node {
        final Swim swim;
        final InetSocketAddress address;
        final List<InetSocketAddress> seeds;
        final List<SwimEffect.IdentityConflict> conflicts = new ArrayList<>();
        private boolean dead;

        private Node(ActorId id, InetSocketAddress address, List<InetSocketAddress> seeds) {
            this.address = address;
            this.seeds = seeds;
            long started = 1_000_000 + now / 1_000_000;
            MemberRecord self =
                    new MemberRecord(id, "n" + address.getPort(), address, started, started, Member.State.ALIVE);
            this.swim = new Swim(SwimConfig.defaults(1100), self, to -> roundTrip.applyAsLong(address, to), random);
        }

        ActorId id() {
            return swim.self().id();
        }

        Member.@Nullable State viewOf(Node other) {
            return swim.members().stream()
                    .filter(member -> member.id().equals(other.id()))
                    .map(MemberRecord::state)
                    .findFirst()
                    .orElse(null);
        }

        void crash() {
            dead = true;
        }

        void ban(Node other) {
            on(new SwimEvent.Banned(Set.of(other.id())));
        }

        void leave() {
            on(new SwimEvent.Leave());
            dead = true;
        }

        private void ask(InetSocketAddress address, SwimEvent question) {
            deliver(this, address, false, to -> {
                List<SwimEffect> effects = to.swim.on(question, now);
                to.carryOut(effects);
                effects.stream()
                        .filter(SwimEffect.Answer.class::isInstance)
                        .map(effect -> ((SwimEffect.Answer) effect).message())
                        .forEach(answer -> answer(to, answer));
            });
        }

        private void answer(Node from, Message answer) {
            Message message = Wire.decode(Wire.encode(answer));
            deliver(
                    from,
                    address,
                    false,
                    me -> me.on(
                            message instanceof PushPull view
                                    ? new SwimEvent.ViewReceived(view)
                                    : new SwimEvent.PacketReceived((SwimPacket) message)));
        }

        private void on(SwimEvent event) {
            if (!dead) {
                carryOut(swim.on(event, now));
            }
        }

        private void carryOut(List<SwimEffect> effects) {
            for (SwimEffect effect : effects) {
                if (effect instanceof SwimEffect.Send send) {
                    byte[] bytes = Wire.encode(send.packet());
                    if (bytes.length > 1100) {
                        throw new AssertionError("a datagram of " + bytes.length + " bytes");
                    }
                    deliver(
                            this,
                            send.to(),
                            true,
                            to -> to.on(new SwimEvent.PacketReceived((SwimPacket) Wire.decode(bytes))));
                } else if (effect instanceof SwimEffect.StreamPing ping) {
                    ask(ping.to(), new SwimEvent.StreamPinged(ping.packet()));
                } else if (effect instanceof SwimEffect.Exchange exchange) {
                    ask(exchange.with(), new SwimEvent.ViewRequested(exchange.view()));
                } else if (effect instanceof SwimEffect.StartTimer timer) {
                    at(timer.delay(), () -> on(new SwimEvent.TimerFired(timer.timer())));
                } else if (effect instanceof SwimEffect.ResolveSeeds) {
                    at(LATENCY, () -> on(new SwimEvent.SeedsResolved(seeds)));
                } else if (effect instanceof SwimEffect.IdentityConflict conflict) {
                    conflicts.add(conflict);
                }
            }
        }
    }

    /** Starts a node that has never run. */
    Node start(Node... seeds) {
        return start(new ActorId(new UUID(random.nextLong(), random.nextLong())), List.of(), seeds);
    }

    /** Starts a node with an identity and memory of its own, on a new address. */
    Node start(ActorId id, List<MemberRecord> remembered, Node... seeds) {
        Node node = new Node(
                id,
                address(++lastHost),
                List.of(seeds).stream().map(seed -> seed.address).toList());
        nodes.put(node.address, node);
        node.on(new SwimEvent.Start(remembered));
        return node;
    }

    List<Node> cluster(int size) {
        List<Node> started = new ArrayList<>();
        started.add(start());
        while (started.size() < size) {
            started.add(start(started.get(0)));
        }
        run(Duration.ofSeconds(5));
        return started;
    }

    /** What links measure, in nanoseconds; the latency stays as it is. */
    void measure(ToLongBiFunction<InetSocketAddress, InetSocketAddress> nanos) {
        roundTrip = nanos;
    }

    void lose(double probability) {
        loss = probability;
    }

    void cut(BiPredicate<Node, Node> cut) {
        this.cut = cut;
    }

    void heal() {
        cut = (from, to) -> false;
    }

    void run(Duration duration) {
        long end = now + duration.toNanos();
        while (!agenda.isEmpty() && agenda.peek().at() <= end) {
            Scheduled next = agenda.remove();
            now = next.at();
            next.task().run();
        }
        now = end;
    }

    private void deliver(
            Node from, InetSocketAddress address, boolean mayBeLost, java.util.function.Consumer<Node> receipt) {
        Node to = nodes.get(address);
        boolean lost = mayBeLost && random.nextDouble() < loss;
        if (to != null && !lost && !cut.test(from, to)) {
            at(LATENCY, () -> {
                if (!to.dead) {
                    receipt.accept(to);
                }
            });
        }
    }

    private void at(Duration delay, Runnable task) {
        agenda.add(new Scheduled(now + delay.toNanos(), order++, task));
    }

    private static InetSocketAddress address(int host) {
        try {
            byte[] bytes = {10, 0, (byte) (host >> 8), (byte) host};
            return new InetSocketAddress(InetAddress.getByAddress(bytes), 1000 + host);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
