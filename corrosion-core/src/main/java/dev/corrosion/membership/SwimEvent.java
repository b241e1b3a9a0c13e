package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** What happens to the state machine. */
public sealed interface SwimEvent {

    /** Begin, with the members of the last run. */
    record Start(List<MemberRecord> remembered) implements SwimEvent {}

    /** A datagram, or the answer to a {@link SwimEffect.StreamPing}; the sender's identity has been checked. */
    record PacketReceived(SwimPacket packet) implements SwimEvent {}

    /** Somebody pings on a stream and waits there for a {@link SwimEffect.Answer}. */
    record StreamPinged(SwimPacket packet) implements SwimEvent {}

    /** Somebody asks for our view and waits for a {@link SwimEffect.Answer}. */
    record ViewRequested(PushPull view) implements SwimEvent {}

    /** The answer to an {@link SwimEffect.Exchange}. */
    record ViewReceived(PushPull view) implements SwimEvent {}

    /** A timer fired. */
    record TimerFired(SwimTimer timer) implements SwimEvent {}

    /** Where to look for others, as DNS has it now. */
    record SeedsResolved(List<InetSocketAddress> addresses) implements SwimEvent {}

    /** These are no members, whatever anybody says; instead of those named before. */
    record Banned(Set<ActorId> ids) implements SwimEvent {}

    /** Say goodbye. */
    record Leave() implements SwimEvent {}
}
