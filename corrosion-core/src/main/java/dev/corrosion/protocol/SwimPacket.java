package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One membership datagram.
 *
 * @param from the sender as it sees itself; counts as gossip, too
 * @param body what is asked or answered
 * @param gossip news of members, most urgent first, as many as fit
 */
public record SwimPacket(MemberRecord from, Body body, List<MemberRecord> gossip) implements Message {

    public SwimPacket {
        gossip = List.copyOf(gossip);
    }

    /** What a packet asks or answers. */
    public sealed interface Body {}

    /** Only the gossip matters. */
    public record Gossip() implements Body {}

    /**
     * Are you there?
     *
     * @param probe number of the probe, chosen by who began it
     * @param target who is meant; somebody else at that address must not answer for it
     * @param relayTo who began the probe, if the sender asks on its behalf
     */
    public record Ping(long probe, ActorId target, @Nullable InetSocketAddress relayTo) implements Body {}

    /**
     * I am, or: it is.
     *
     * @param probe number of the probe
     * @param subject who is there
     * @param relayTo to whom the receiver is to pass this on
     */
    public record Ack(long probe, ActorId subject, @Nullable InetSocketAddress relayTo) implements Body {}

    /** Please ping that one for me. */
    public record PingRequest(long probe, ActorId target, InetSocketAddress address) implements Body {}
}
