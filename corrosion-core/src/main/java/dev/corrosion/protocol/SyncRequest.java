package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import java.util.Map;

/** What I hold; send me what you have beyond it. */
public record SyncRequest(Map<ActorId, ActorVersions> holds) implements Message {

    public SyncRequest {
        holds = Map.copyOf(holds);
    }
}
