package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.SwimPacket.Ack;
import dev.corrosion.protocol.SwimPacket.Nack;
import dev.corrosion.protocol.SwimPacket.Ping;
import dev.corrosion.protocol.SwimPacket.PingRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Probes one member after the other: a ping, then pings through others and one on a stream, then an accusation. How much
 * time each step has follows from the round trip to the member and from this node's own health.
 */
final class Probing {

    private static final class Probe {
        private final long number;
        private final MemberRecord target;
        private int helpers;
        private int nacks;

        Probe(long number, MemberRecord target) {
            this.number = number;
            this.target = target;
        }

        boolean isAbout(long number, ActorId subject) {
            return this.number == number && target.id().equals(subject);
        }
    }

    private final SwimConfig config;
    private final Lifeguard lifeguard;
    private final MemberTable members;
    private final Suspicions suspicions;
    private final News news;
    private final LocalHealth health;
    private final RoundTrips roundTrips;
    private final Outbox outbox;
    private @Nullable Probe probe;
    private long numbers;
    private long periodEnd;

    /** Numbers the probes from the given one on. */
    Probing(
            SwimConfig config,
            Lifeguard lifeguard,
            MemberTable members,
            Suspicions suspicions,
            News news,
            LocalHealth health,
            RoundTrips roundTrips,
            Outbox outbox,
            long firstNumber) {
        this.config = config;
        this.lifeguard = lifeguard;
        this.members = members;
        this.suspicions = suspicions;
        this.news = news;
        this.health = health;
        this.roundTrips = roundTrips;
        this.outbox = outbox;
        this.numbers = firstNumber;
    }

    /** Begins after the given time, so that nodes that start together do not probe together. */
    void start(long delay, long now) {
        startPeriod(delay, now);
    }

    void periodDue(long now) {
        int size = members.clusterSize();
        long period = config.probePeriodNanos(size);
        health.fires(now, periodEnd, period / 2, config.suspicionNanos(size));
        conclude(now);
        MemberRecord target = nextTarget();
        if (target == null) {
            startPeriod(period, now);
            return;
        }
        long timeout = config.probeTimeoutNanos(roundTrips.nanosTo(target.address()));
        probe = new Probe(++numbers, target);
        outbox.send(target, new Ping(probe.number, target.id()));
        outbox.timer(new SwimTimer.ProbeTimeout(probe.number), health.multiplier() * timeout);
        // The way through others is twice as long.
        startPeriod(health.multiplier() * Math.max(period, 2 * timeout), now);
    }

    void timeoutDue(SwimTimer.ProbeTimeout timer) {
        Probe late = probe;
        if (late == null || late.number != timer.probe()) {
            return;
        }
        MemberRecord target = late.target;
        List<MemberRecord> helpers =
                members.choose(config.indirectProbes(members.clusterSize()), target.id(), lifeguard.isOn());
        late.helpers = helpers.size();
        for (MemberRecord helper : helpers) {
            outbox.send(helper, new PingRequest(late.number, target.id(), target.address()));
        }
        if (lifeguard.isOn()) {
            Ping ping = new Ping(late.number, target.id());
            outbox.add(new SwimEffect.StreamPing(target.address(), outbox.packet(target, ping)));
        }
    }

    void answered(Ack ack) {
        if (probe != null && probe.isAbout(ack.probe(), ack.subject())) {
            probe = null;
            health.better();
        }
    }

    /** A helper is there, but has not reached the member. */
    void notReached(Nack nack) {
        if (probe != null && probe.isAbout(nack.probe(), nack.subject())) {
            probe.nacks = Math.min(probe.nacks + 1, probe.helpers);
        }
    }

    private void conclude(long now) {
        Probe failed = probe;
        probe = null;
        if (failed == null || health.isRecovering(now)) {
            return;
        }
        // Helpers that say nothing at all hint that this node is the one that is cut off or slow.
        health.worse(failed.helpers == 0 ? 1 : failed.helpers - failed.nacks);
        news.accuse(failed.target.id(), now);
    }

    private @Nullable MemberRecord nextTarget() {
        ActorId suspect = suspicions.nextToVerify();
        return suspect == null ? members.nextToProbe() : members.get(suspect);
    }

    private void startPeriod(long length, long now) {
        periodEnd = now + length;
        outbox.timer(new SwimTimer.ProbePeriod(), length);
    }
}
