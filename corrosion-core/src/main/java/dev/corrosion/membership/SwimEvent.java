package dev.corrosion.membership;

import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import java.net.InetSocketAddress;
import java.util.List;

/** What happens to the state machine. */
public sealed interface SwimEvent {

    /** Begin, with the members of the last run. */
    record Start(List<MemberRecord> remembered) implements SwimEvent {}

    /** A datagram; the sender's identity has been checked. */
    record PacketReceived(SwimPacket packet) implements SwimEvent {}

    /** Somebody's view, asked for or not. */
    record ViewReceived(PushPull view) implements SwimEvent {}

    /** A timer fired. */
    record TimerFired(SwimTimer timer) implements SwimEvent {}

    /** Where to look for others, as DNS has it now. */
    record SeedsResolved(List<InetSocketAddress> addresses) implements SwimEvent {}

    /** Say goodbye. */
    record Leave() implements SwimEvent {}
}
