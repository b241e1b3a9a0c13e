package dev.corrosion.transport;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;

/**
 * Who is at the other end of a link, as proved by its certificate.
 *
 * @param actorId the identity in its certificate
 * @param address where it listens, as it says itself; for logs and for answering
 */
public record Peer(ActorId actorId, InetSocketAddress address) {}
