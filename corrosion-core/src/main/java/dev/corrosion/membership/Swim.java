package dev.corrosion.membership;

import dev.corrosion.Member;
import dev.corrosion.membership.SwimEffect.Exchange;
import dev.corrosion.membership.SwimEffect.IdentityConflict;
import dev.corrosion.membership.SwimEffect.MemberChanged;
import dev.corrosion.membership.SwimEffect.MemberForgotten;
import dev.corrosion.membership.SwimEffect.ResolveSeeds;
import dev.corrosion.membership.SwimEffect.Send;
import dev.corrosion.membership.SwimEffect.StartTimer;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import dev.corrosion.protocol.SwimPacket.Ack;
import dev.corrosion.protocol.SwimPacket.Gossip;
import dev.corrosion.protocol.SwimPacket.Ping;
import dev.corrosion.protocol.SwimPacket.PingRequest;
import dev.corrosion.protocol.Wire;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The SWIM state machine of one node: probe, ask others to probe, suspect, let refute, declare down, leave, rejoin.
 *
 * <p>States of a member and the transitions between them:
 *
 * <pre>
 *   ALIVE   -> SUSPECT  it did not answer, or somebody says so
 *   SUSPECT -> ALIVE    it refuted, with a higher incarnation
 *   SUSPECT -> DOWN     it had its time
 *   any     -> LEFT     it said goodbye
 *   DOWN, LEFT -> ALIVE only with a higher incarnation: a refutation or a new run
 * </pre>
 *
 * A node that hears bad news of itself raises its incarnation and says that it is alive. A node that hears from someone
 * whom it holds suspect or down tells that one, so that it can refute.
 *
 * <p>Not thread-safe: one owner calls {@link #on}. Time is in nanoseconds of any origin.
 */
public final class Swim {

    /** How long to wait before the seeds are tried again while nobody is known; doubled up to the longest. */
    private static final Duration FIRST_SEED_RETRY = Duration.ofMillis(200);

    private static final Duration LONGEST_SEED_RETRY = Duration.ofSeconds(10);

    /** Version, type, body with an address, and the number of records. */
    private static final int PACKET_OVERHEAD = 64;

    private record Probe(long number, MemberRecord target) {}

    private final SwimConfig config;
    private final MemberTable members;
    private final GossipQueue gossip = new GossipQueue();
    private final RandomGenerator random;
    private final List<SwimEffect> effects = new ArrayList<>();

    private MemberRecord self;
    private long now;
    private @Nullable Probe probe;
    private long probeCounter;
    private SwimTimer.@Nullable ClaimTimeout claim;
    private boolean gossiping;
    private Duration seedRetry = FIRST_SEED_RETRY;

    public Swim(SwimConfig config, MemberRecord self, RandomGenerator random) {
        this.config = config;
        this.self = self;
        this.random = random;
        this.members = new MemberTable(random);
        this.probeCounter = random.nextLong() >>> 16;
    }

    /** Handles one event and returns what is to be done, in order. */
    public List<SwimEffect> on(SwimEvent event, long now) {
        this.now = now;
        effects.clear();
        if (event instanceof SwimEvent.Start start) {
            start(start.remembered());
        } else if (self.state() == Member.State.LEFT) {
            return List.of();
        } else if (event instanceof SwimEvent.PacketReceived received) {
            receive(received.packet());
        } else if (event instanceof SwimEvent.ViewReceived received) {
            receive(received.view());
        } else if (event instanceof SwimEvent.TimerFired fired) {
            fired(fired.timer());
        } else if (event instanceof SwimEvent.SeedsResolved resolved) {
            contactSeeds(resolved.addresses());
        } else if (event instanceof SwimEvent.Leave) {
            leave();
        }
        gossipSoon();
        return List.copyOf(effects);
    }

    public MemberRecord self() {
        return self;
    }

    /** All members known but this one, gone ones too. */
    public Collection<MemberRecord> members() {
        return members.all();
    }

    /**
     * What this node holds: what it asks and answers in a {@link PushPull}. Who is gone is told for half of the
     * retention and remembered by the told for the other half, so that the dead do not wander from node to node for ever.
     */
    public PushPull view() {
        return new PushPull(self, members.presentOrGoneSince(now - halfRetention()));
    }

    private void start(List<MemberRecord> remembered) {
        // Nobody knows yet who is still there: suspects, which answer, refute or go down, and are not gossiped.
        // Incarnation 0 yields to whatever anybody says.
        Duration patience = config.suspicionTimeout(1).plus(config.probePeriod().multipliedBy(remembered.size()));
        for (MemberRecord member : remembered) {
            if (member.id().equals(self.id())) {
                continue;
            }
            if (member.isPresent()) {
                become(null, member.with(Member.State.SUSPECT, 0));
                effects.add(new StartTimer(new SwimTimer.Suspicion(member.id(), 0), patience));
            } else {
                become(null, member, now - halfRetention());
            }
        }
        members.choose(config.indirectProbes(), MemberRecord::isPresent)
                .forEach(member -> effects.add(new Exchange(member.address(), view())));
        effects.add(new StartTimer(new SwimTimer.ProbePeriod(), config.probePeriod()));
        effects.add(new StartTimer(new SwimTimer.PushPullPeriod(), config.pushPullPeriod()));
        seekSeeds();
    }

    private void receive(PushPull view) {
        if (isRival(view.from())) {
            return;
        }
        learn(view.from());
        view.members().forEach(this::learn);
    }

    private void receive(SwimPacket packet) {
        MemberRecord from = packet.from();
        if (isRival(from)) {
            // Answered all the same, so that the other one learns of us.
            if (packet.body() instanceof Ping ping) {
                sendTo(from.address(), new Ack(ping.probe(), self.id(), null), List.of());
            }
            return;
        }
        learn(from);
        packet.gossip().forEach(this::learn);
        if (packet.body() instanceof Ping ping) {
            if (ping.target().equals(self.id())) {
                send(from, new Ack(ping.probe(), self.id(), ping.relayTo()));
            }
        } else if (packet.body() instanceof PingRequest request) {
            sendTo(request.address(), new Ping(request.probe(), request.target(), from.address()), List.of());
        } else if (packet.body() instanceof Ack ack) {
            if (ack.relayTo() != null && !ack.relayTo().equals(self.address())) {
                sendTo(ack.relayTo(), new Ack(ack.probe(), ack.subject(), null), List.of());
            } else if (probe != null
                    && probe.number() == ack.probe()
                    && probe.target().id().equals(ack.subject())) {
                probe = null;
            }
        }
    }

    private void fired(SwimTimer timer) {
        if (timer instanceof SwimTimer.ProbePeriod) {
            probeNext();
        } else if (timer instanceof SwimTimer.ProbeTimeout late) {
            if (probe != null && probe.number() == late.probe()) {
                askOthers(probe);
            }
        } else if (timer instanceof SwimTimer.Suspicion suspicion) {
            MemberRecord member = members.get(suspicion.member());
            if (member != null
                    && member.state() == Member.State.SUSPECT
                    && member.incarnation() == suspicion.incarnation()) {
                learn(member.with(Member.State.DOWN));
            }
        } else if (timer instanceof SwimTimer.GossipPeriod) {
            gossiping = false;
            members.choose(config.gossipFanout(), MemberRecord::isPresent)
                    .forEach(member -> send(member, new Gossip()));
        } else if (timer instanceof SwimTimer.PushPullPeriod) {
            exchangeViews();
        } else if (timer instanceof SwimTimer.SeedRetry) {
            seekSeeds();
        } else if (timer instanceof SwimTimer.ClaimTimeout claim) {
            if (claim.equals(this.claim)) {
                this.claim = null;
                if (self.incarnation() <= claim.incarnation()) {
                    refute(claim.incarnation());
                }
            }
        }
    }

    private void probeNext() {
        effects.add(new StartTimer(new SwimTimer.ProbePeriod(), config.probePeriod()));
        if (probe != null) {
            MemberRecord silent = members.get(probe.target().id());
            if (silent != null && silent.state() == Member.State.ALIVE) {
                learn(silent.with(Member.State.SUSPECT));
            }
        }
        MemberRecord target = members.nextToProbe();
        if (target == null) {
            probe = null;
            return;
        }
        probe = new Probe(++probeCounter, target);
        send(target, new Ping(probe.number(), target.id(), null));
        effects.add(new StartTimer(new SwimTimer.ProbeTimeout(probe.number()), config.probeTimeout()));
    }

    private void askOthers(Probe probe) {
        MemberRecord target = probe.target();
        members.choose(
                        config.indirectProbes(),
                        member -> member.isPresent() && !member.id().equals(target.id()))
                .forEach(helper -> send(helper, new PingRequest(probe.number(), target.id(), target.address())));
    }

    /** Takes in what somebody says of a member, or a member of itself. */
    private void learn(MemberRecord said) {
        if (said.id().equals(self.id())) {
            hearOfSelf(said);
            return;
        }
        MemberRecord known = members.get(said.id());
        if (known != null && !said.supersedes(known)) {
            return;
        }
        if (known == null && !said.isPresent()) {
            // A stranger who is gone: remembered, so that older news of its life is not believed, but not passed on.
            become(null, said, now - halfRetention());
            return;
        }
        become(known, said);
        gossip.add(said);
        if (said.state() == Member.State.SUSPECT) {
            startSuspicion(said);
        }
    }

    private void become(@Nullable MemberRecord before, MemberRecord after) {
        become(before, after, now);
    }

    private void become(@Nullable MemberRecord before, MemberRecord after, long since) {
        members.put(after, since);
        effects.add(new MemberChanged(before, after));
        if (after.isPresent()) {
            seedRetry = FIRST_SEED_RETRY;
        }
    }

    private long halfRetention() {
        return config.retention().toNanos() / 2;
    }

    private void startSuspicion(MemberRecord member) {
        effects.add(new StartTimer(
                new SwimTimer.Suspicion(member.id(), member.incarnation()),
                config.suspicionTimeout(members.clusterSize())));
    }

    private void hearOfSelf(MemberRecord said) {
        if (said.incarnation() < self.incarnation()) {
            return;
        }
        if (said.address().equals(self.address())) {
            if (said.state() != Member.State.ALIVE || said.incarnation() > self.incarnation()) {
                refute(said.incarnation());
            }
            return;
        }
        // Somebody else has our identity, or had it: an earlier run of ours on another address. Ask there; only a
        // living
        // one will answer, and then both report it. If nobody does, the identity is ours.
        if (claim == null) {
            claim = new SwimTimer.ClaimTimeout(said.address(), said.incarnation());
            sendTo(said.address(), new Ping(++probeCounter, self.id(), null), List.of());
            effects.add(new StartTimer(claim, config.suspicionTimeout(1)));
        }
    }

    /** Whether this comes, first hand, from another node with our identity. */
    private boolean isRival(MemberRecord from) {
        if (!from.id().equals(self.id())) {
            return false;
        }
        if (!from.address().equals(self.address())) {
            claim = null;
            effects.add(new IdentityConflict(from.address()));
        }
        return true;
    }

    private void refute(long incarnation) {
        self = self.with(Member.State.ALIVE, incarnation + 1);
        gossip.add(self);
    }

    private void leave() {
        self = self.with(Member.State.LEFT);
        for (MemberRecord member : members.all()) {
            if (member.isPresent()) {
                effects.add(new Send(member.address(), new SwimPacket(self, new Gossip(), List.of())));
            }
        }
    }

    /** Alone, a node asks all seeds; in a cluster one that is no member of it, since that may belong to another part. */
    private void contactSeeds(List<InetSocketAddress> seeds) {
        List<InetSocketAddress> strangers = new ArrayList<>(seeds);
        strangers.remove(self.address());
        members.all().stream().filter(MemberRecord::isPresent).forEach(member -> strangers.remove(member.address()));
        if (!isAlone() && !strangers.isEmpty()) {
            InetSocketAddress one = strangers.get(random.nextInt(strangers.size()));
            strangers.retainAll(List.of(one));
        }
        strangers.forEach(address -> effects.add(new Exchange(address, view())));
    }

    private boolean isAlone() {
        return members.all().stream().noneMatch(member -> member.state() == Member.State.ALIVE);
    }

    private void exchangeViews() {
        effects.add(new StartTimer(new SwimTimer.PushPullPeriod(), config.pushPullPeriod()));
        if (!isAlone()) {
            // Two parts that have never met, or have forgotten each other, only have their seeds in common.
            effects.add(new ResolveSeeds());
        }
        members.choose(1, member -> member.state() == Member.State.ALIVE)
                .forEach(member -> effects.add(new Exchange(member.address(), view())));
        // After a partition both sides hold each other down and probe no more: only this finds them again.
        members.choose(1, member -> member.state() == Member.State.DOWN)
                .forEach(member -> effects.add(new Exchange(member.address(), view())));
        members.forgetGoneBefore(now - config.retention().toNanos())
                .forEach(member -> effects.add(new MemberForgotten(member)));
    }

    private void seekSeeds() {
        if (isAlone()) {
            effects.add(new ResolveSeeds());
        }
        // Jitter keeps a fleet that was started together from knocking together.
        effects.add(new StartTimer(
                new SwimTimer.SeedRetry(), seedRetry.plusMillis(random.nextLong(1 + seedRetry.toMillis() / 4))));
        Duration doubled = seedRetry.multipliedBy(2);
        seedRetry = doubled.compareTo(LONGEST_SEED_RETRY) > 0 ? LONGEST_SEED_RETRY : doubled;
    }

    private void gossipSoon() {
        if (!gossiping && !gossip.isEmpty() && members.clusterSize() > 1) {
            gossiping = true;
            effects.add(new StartTimer(new SwimTimer.GossipPeriod(), config.gossipPeriod()));
        }
    }

    private void send(MemberRecord to, SwimPacket.Body body) {
        // What we hold of the receiver goes first if it should object to it.
        MemberRecord held = members.get(to.id());
        boolean objectionable = held != null && (held.state() != Member.State.ALIVE || held.supersedes(to));
        sendTo(to.address(), body, objectionable && held != null ? List.of(held) : List.of());
    }

    private void sendTo(InetSocketAddress address, SwimPacket.Body body, List<MemberRecord> first) {
        List<MemberRecord> news = new ArrayList<>(first);
        int room = config.maxPacketBytes()
                - PACKET_OVERHEAD
                - Wire.size(self)
                - news.stream().mapToInt(Wire::size).sum();
        news.addAll(gossip.take(room, config.transmissions(members.clusterSize())));
        effects.add(new Send(address, new SwimPacket(self, body, news)));
    }
}
