package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;

/**
 * A present member as dissemination looks at it.
 *
 * @param id who
 * @param address where it listens
 * @param region the name of its region: members of one region are near each other. All members without one are one region
 */
public record Place(ActorId id, InetSocketAddress address, String region) {}
