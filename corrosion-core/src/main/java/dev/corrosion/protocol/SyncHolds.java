package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to a {@link SyncRequest}: what I hold of the actors that it was about.
 *
 * @param holds versions by actor
 * @param databaseBytes how large my database is: what a copy of it would cost
 */
public record SyncHolds(Map<ActorId, ActorVersions> holds, long databaseBytes) implements SyncMessage {

    public SyncHolds {
        holds = Collections.unmodifiableMap(new TreeMap<>(holds));
    }
}
