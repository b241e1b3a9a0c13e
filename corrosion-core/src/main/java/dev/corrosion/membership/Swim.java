package dev.corrosion.membership;

import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.SwimPacket;
import dev.corrosion.protocol.SwimPacket.Ack;
import dev.corrosion.protocol.SwimPacket.Nack;
import dev.corrosion.protocol.SwimPacket.Ping;
import dev.corrosion.protocol.SwimPacket.PingRequest;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The SWIM state machine of one node, with Lifeguard: probe, ask others to probe, suspect, let refute, declare down,
 * leave, rejoin.
 *
 * <p>States of a member and the transitions between them:
 *
 * <pre>
 *   ALIVE   -> SUSPECT  it did not answer, or somebody says so
 *   SUSPECT -> ALIVE    it refuted, with a higher incarnation
 *   SUSPECT -> DOWN     it had its time, which is the shorter the more nodes accuse it
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

    /** Members that are told of a goodbye at first hand; gossip tells the others. */
    private static final int MAX_GOODBYES = 64;

    private final SwimConfig config;
    private final RandomGenerator random;
    private final Self self;
    private final MemberTable members;
    private final Outbox outbox;
    private final Refutation refutation;
    private final News news;
    private final Probing probing;
    private final Relays relays;
    private final Views views;
    private final Seeds seeds;
    private final Regions regions;

    public Swim(SwimConfig config, MemberRecord self, RoundTrips roundTrips, RandomGenerator random) {
        this(config, Lifeguard.ON, self, roundTrips, random);
    }

    Swim(SwimConfig config, Lifeguard lifeguard, MemberRecord record, RoundTrips roundTrips, RandomGenerator random) {
        this.config = config;
        this.random = random;
        LocalHealth health = new LocalHealth(lifeguard, config.options().maxHealthMultiplier());
        Suspicions suspicions = new Suspicions();
        long firstNumber = random.nextLong() >>> Short.SIZE;
        self = new Self(record);
        members = new MemberTable(random);
        outbox = new Outbox(config, lifeguard, self, members);
        refutation = new Refutation(config, self, health, outbox);
        news = new News(config, lifeguard, self, members, suspicions, refutation, health, outbox, random);
        probing = new Probing(config, lifeguard, members, suspicions, news, health, roundTrips, outbox, firstNumber);
        relays = new Relays(config, lifeguard, members, roundTrips, outbox, firstNumber);
        views = new Views(config, self, members, news, outbox);
        seeds = new Seeds(self, members, views, outbox, random);
        regions = new Regions(self, members, roundTrips, outbox, random);
    }

    /** Handles one event and returns what is to be done, in order. */
    public List<SwimEffect> on(SwimEvent event, long now) {
        if (event instanceof SwimEvent.Start start) {
            start(start.remembered(), now);
        } else if (self.hasLeft() || isOfBanned(event)) {
            return List.of();
        } else if (event instanceof SwimEvent.Banned banned) {
            news.ban(banned.ids(), now);
        } else if (event instanceof SwimEvent.PacketReceived received) {
            receive(received.packet(), now);
        } else if (event instanceof SwimEvent.TimerFired fired) {
            fired(fired.timer(), now);
        } else if (event instanceof SwimEvent.StreamPinged pinged) {
            streamPinged(pinged.packet(), now);
        } else if (event instanceof SwimEvent.ViewRequested requested) {
            if (!refutation.isRival(requested.view().from())) {
                views.requested(requested.view(), now);
            }
        } else if (event instanceof SwimEvent.ViewReceived received) {
            if (!refutation.isRival(received.view().from())) {
                views.received(received.view(), now);
            }
        } else if (event instanceof SwimEvent.SeedsResolved resolved) {
            seeds.resolved(resolved.addresses());
        } else if (event instanceof SwimEvent.Leave) {
            leave();
        }
        return outbox.drain();
    }

    private boolean isOfBanned(SwimEvent event) {
        if (event instanceof SwimEvent.PacketReceived received) {
            return news.isBanned(received.packet().from());
        }
        if (event instanceof SwimEvent.StreamPinged pinged) {
            return news.isBanned(pinged.packet().from());
        }
        if (event instanceof SwimEvent.ViewRequested requested) {
            return news.isBanned(requested.view().from());
        }
        return event instanceof SwimEvent.ViewReceived received
                && news.isBanned(received.view().from());
    }

    public MemberRecord self() {
        return self.record();
    }

    /** All members known but this one, gone ones too. */
    public Collection<MemberRecord> members() {
        return members.all();
    }

    private void start(List<MemberRecord> remembered, long now) {
        regions.start(remembered);
        outbox.add(new SwimEffect.SelfChanged(self.record()));
        // Nobody knows yet who is still there: suspects, which answer, refute or go down. Each gets its turn to be
        // probed.
        long period = config.probePeriodNanos(1 + remembered.size());
        long patience = config.suspicionNanos(1 + remembered.size()) + period * remembered.size();
        remembered.forEach(member -> news.remember(member, patience, now));
        members.choose(config.options().indirectProbes(), null, false).forEach(member -> views.ask(member.address()));
        probing.start(random.nextLong(1 + period), now);
        views.startPeriod();
        seeds.retryDue();
    }

    private void receive(SwimPacket packet, long now) {
        MemberRecord from = packet.from();
        if (refutation.isRival(from)) {
            // Answered all the same, so that the other one learns of us.
            if (packet.body() instanceof Ping ping) {
                outbox.send(from.address(), new Ack(ping.probe(), self.id()));
            }
            return;
        }
        hear(packet, now);
        if (packet.body() instanceof Ping ping) {
            if (ping.target().equals(self.id())) {
                outbox.send(from, new Ack(ping.probe(), self.id()));
            }
        } else if (packet.body() instanceof Ack ack) {
            probing.answered(ack);
            relays.answered(ack);
        } else if (packet.body() instanceof PingRequest request) {
            relays.asked(from, request);
        } else if (packet.body() instanceof Nack nack) {
            probing.notReached(nack);
        }
    }

    private void streamPinged(SwimPacket packet, long now) {
        if (refutation.isRival(packet.from())) {
            return;
        }
        hear(packet, now);
        if (packet.body() instanceof Ping ping && ping.target().equals(self.id())) {
            Ack ack = new Ack(ping.probe(), self.id());
            outbox.add(new SwimEffect.Answer(outbox.packet(packet.from(), ack)));
        }
    }

    private void hear(SwimPacket packet, long now) {
        news.hearItself(packet.from(), now);
        packet.gossip().forEach(rumor -> news.hear(rumor, now));
    }

    private void fired(SwimTimer timer, long now) {
        if (timer instanceof SwimTimer.ProbePeriod) {
            probing.periodDue(now);
        } else if (timer instanceof SwimTimer.ProbeTimeout late) {
            probing.timeoutDue(late);
        } else if (timer instanceof SwimTimer.RelayTimeout late) {
            relays.timeoutDue(late);
        } else if (timer instanceof SwimTimer.Suspicion suspicion) {
            news.suspicionDue(suspicion, now);
        } else if (timer instanceof SwimTimer.GossipPeriod) {
            outbox.gossip();
        } else if (timer instanceof SwimTimer.PushPullPeriod) {
            views.periodDue(now);
            seeds.seekOtherParts();
        } else if (timer instanceof SwimTimer.RegionPeriod) {
            regions.periodDue(now);
        } else if (timer instanceof SwimTimer.SeedRetry) {
            seeds.retryDue();
        } else if (timer instanceof SwimTimer.ClaimTimeout claim) {
            refutation.unanswered(claim);
        }
    }

    private void leave() {
        self.leave();
        outbox.add(new SwimEffect.SelfChanged(self.record()));
        members.choose(MAX_GOODBYES, null, false).forEach(member -> outbox.send(member, new SwimPacket.Gossip()));
    }
}
