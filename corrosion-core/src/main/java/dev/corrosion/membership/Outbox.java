package dev.corrosion.membership;

import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Rumor;
import dev.corrosion.protocol.SwimCodec;
import dev.corrosion.protocol.SwimPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the effects of one event, and puts the news on every packet that leaves. */
final class Outbox {

    private final SwimConfig config;
    private final Lifeguard lifeguard;
    private final Self self;
    private final MemberTable members;
    private final GossipQueue news = new GossipQueue();
    private List<SwimEffect> effects = new ArrayList<>();
    private boolean gossiping;

    Outbox(SwimConfig config, Lifeguard lifeguard, Self self, MemberTable members) {
        this.config = config;
        this.lifeguard = lifeguard;
        this.self = self;
        this.members = members;
    }

    /** Everything since the last time, in order. */
    List<SwimEffect> drain() {
        gossipSoon();
        if (effects.isEmpty()) {
            return List.of();
        }
        List<SwimEffect> drained = effects;
        effects = new ArrayList<>();
        return drained;
    }

    void add(SwimEffect effect) {
        effects.add(effect);
    }

    void timer(SwimTimer timer, long nanos) {
        effects.add(new SwimEffect.StartTimer(timer, Duration.ofNanos(Math.max(0, nanos))));
    }

    void send(MemberRecord to, SwimPacket.Body body) {
        effects.add(new SwimEffect.Send(to.address(), packet(to, body)));
    }

    void send(InetSocketAddress to, SwimPacket.Body body) {
        effects.add(new SwimEffect.Send(to, packet(null, body)));
    }

    /** This is to be passed on. */
    void tell(Rumor rumor) {
        news.add(rumor);
    }

    /** Nothing is known of it any more, so nothing is passed on. */
    void forget(MemberRecord member) {
        news.remove(member.id());
        effects.add(new SwimEffect.MemberForgotten(member));
    }

    /** The time has come to send news unasked. */
    void gossip() {
        gossiping = false;
        if (!news.isEmpty()) {
            members.choose(config.gossipFanout(members.clusterSize()), null, false)
                    .forEach(member -> send(member, new SwimPacket.Gossip()));
        }
    }

    /** A packet with as much news as fits. What is held of the receiver goes first if it should object to it. */
    SwimPacket packet(@Nullable MemberRecord to, SwimPacket.Body body) {
        MemberRecord held = to == null ? null : members.get(to.id());
        if (news.isEmpty() && (held == null || !shouldObject(held, to))) {
            return new SwimPacket(self.record(), body, List.of());
        }
        List<Rumor> rumors = new ArrayList<>();
        int room = config.maxPacketBytes() - SwimCodec.MAX_PACKET_OVERHEAD - self.bytes();
        if (held != null && shouldObject(held, to)) {
            Rumor objectionable = new Rumor(held);
            rumors.add(objectionable);
            room -= SwimCodec.size(objectionable);
        }
        news.take(room, config.transmissions(members.clusterSize()), rumors);
        return new SwimPacket(self.record(), body, rumors);
    }

    private boolean shouldObject(MemberRecord held, @Nullable MemberRecord to) {
        return switch (held.state()) {
            case ALIVE -> to != null && held.supersedes(to);
            case SUSPECT -> lifeguard.isOn();
            case DOWN, LEFT -> true;
        };
    }

    private void gossipSoon() {
        if (!gossiping
                && !news.isEmpty()
                && members.clusterSize() > 1
                && self.record().state() != Member.State.LEFT) {
            gossiping = true;
            timer(
                    new SwimTimer.GossipPeriod(),
                    config.options().gossipInterval().toNanos());
        }
    }
}
