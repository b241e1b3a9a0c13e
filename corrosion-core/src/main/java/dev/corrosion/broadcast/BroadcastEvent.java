package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionPart;
import java.net.InetSocketAddress;

/** What happens to the machine of dissemination. */
public sealed interface BroadcastEvent {

    /**
     * The present members are these now.
     *
     * @param topology all of them, this node included
     * @param region the region of this node
     */
    record ViewChanged(Topology topology, String region) implements BroadcastEvent {}

    /** A version was committed here and fits a frame. */
    record Committed(VersionPart part) implements BroadcastEvent {}

    /** A version was committed here that is too large to send unasked. */
    record CommittedLarge(long version) implements BroadcastEvent {}

    /** A frame came in: changes, a head, a digest or a request. */
    record Received(ActorId from, InetSocketAddress address, Message message) implements BroadcastEvent {}

    /** The transport dropped a frame to this peer. */
    record Shed(InetSocketAddress to) implements BroadcastEvent {}

    /** The timer fired. */
    record Tick() implements BroadcastEvent {}

    /** Whatever else was waiting has been handled: send what has gathered. */
    record Flush() implements BroadcastEvent {}
}
