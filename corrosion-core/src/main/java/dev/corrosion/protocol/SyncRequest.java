package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import java.util.Map;

/**
 * What I hold; send me what you have beyond it.
 *
 * @param holds versions by actor
 * @param horizon up to where I know tombstones to be collected; changes are sent to who has the same one only
 */
public record SyncRequest(Map<ActorId, ActorVersions> holds, Horizon horizon) implements Message {

    public SyncRequest {
        holds = Map.copyOf(holds);
    }
}
