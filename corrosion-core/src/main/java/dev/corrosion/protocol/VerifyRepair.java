package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.RowState;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Fingerprint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * These rows of mine differ from yours, and no version explains it. See for yourself, take what you should have, and tell
 * me what you have then: answered by {@link VerifyStates}, or not at all if the horizons or schemas differ.
 *
 * @param horizon of up to where I know tombstones to be collected
 * @param holds the versions that I held when I read them
 */
public record VerifyRepair(
        Fingerprint horizon, TableScope scope, Map<ActorId, ActorVersions> holds, List<RowState> rows)
        implements VerifyMessage {

    public VerifyRepair {
        VerifyMessage.requireBounded(rows.size());
        holds = Collections.unmodifiableMap(new TreeMap<>(holds));
        rows = List.copyOf(rows);
    }
}
