package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One membership packet: a datagram, or a ping and its ack on a stream.
 *
 * @param from the sender as it sees itself; counts as gossip, too
 * @param body what is asked or answered
 * @param gossip news of members, most urgent first, as many as fit
 */
public record SwimPacket(MemberRecord from, Body body, List<Rumor> gossip) implements Message {

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
     * @param probe number chosen by the sender, which the answer repeats
     * @param target who is meant; somebody else at that address must not answer for it
     */
    public record Ping(long probe, ActorId target) implements Body {}

    /**
     * I am, or, in answer to a {@link PingRequest}: it is.
     *
     * @param probe number of the question
     * @param subject who is there
     */
    public record Ack(long probe, ActorId subject) implements Body {}

    /**
     * In answer to a {@link PingRequest}: I heard you, but it does not answer me so far.
     *
     * @param probe number of the question
     * @param subject who does not answer
     */
    public record Nack(long probe, ActorId subject) implements Body {}

    /** Please ping that one for me. */
    public record PingRequest(long probe, ActorId target, InetSocketAddress address) implements Body {}
}
