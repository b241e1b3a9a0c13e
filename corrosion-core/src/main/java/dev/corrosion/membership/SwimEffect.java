package dev.corrosion.membership;

import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the state machine wants done. */
public sealed interface SwimEffect {

    /** Send a datagram. */
    record Send(InetSocketAddress to, SwimPacket packet) implements SwimEffect {}

    /**
     * Send a ping on a stream, which does not get lost. The ack, if one comes, is a {@link SwimEvent.PacketReceived};
     * silence and failure need not be told.
     */
    record StreamPing(InetSocketAddress to, SwimPacket packet) implements SwimEffect {}

    /** Exchange views on a stream; the answer comes back as {@link SwimEvent.ViewReceived}. */
    record Exchange(InetSocketAddress with, PushPull view) implements SwimEffect {}

    /** Answer the question on a stream that this event was, and end it. Without this effect, end it unanswered. */
    record Answer(Message message) implements SwimEffect {}

    /** Fire a timer. */
    record StartTimer(SwimTimer timer, Duration delay) implements SwimEffect {}

    /** Look the seeds up; the answer comes back as {@link SwimEvent.SeedsResolved}. */
    record ResolveSeeds() implements SwimEffect {}

    /**
     * A member appeared or changed.
     *
     * @param before null if it is new
     */
    record MemberChanged(@Nullable MemberRecord before, MemberRecord after) implements SwimEffect {}

    /** A member has been gone for so long that it is forgotten. */
    record MemberForgotten(MemberRecord member) implements SwimEffect {}

    /** This node begins, refutes, finds a region or leaves. */
    record SelfChanged(MemberRecord self) implements SwimEffect {}

    /** A living node at that address has the same identity: its database is a copy of ours, or ours of its. */
    record IdentityConflict(InetSocketAddress address) implements SwimEffect {}
}
