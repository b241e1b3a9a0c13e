package dev.corrosion.transport;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;

/**
 * Who is at the other end of a link.
 *
 * @param actorId as its certificate says or, where certificates name nobody, as it says itself
 * @param address where it listens, as it says itself; for logs and for answering
 * @param credentials what its certificate says
 */
public record Peer(ActorId actorId, InetSocketAddress address, Credentials credentials) {

    /** One whose certificate names it and nothing else. */
    public Peer(ActorId actorId, InetSocketAddress address) {
        this(actorId, address, Credentials.of(actorId));
    }
}
