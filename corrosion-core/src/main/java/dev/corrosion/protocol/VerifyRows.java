package dev.corrosion.protocol;

import dev.corrosion.crdt.RowKey;
import dev.corrosion.ledger.Fingerprint;
import java.util.List;

/**
 * What do you have of these rows? Answered by {@link VerifyStates}, which may end early, or not at all if the horizons or
 * schemas differ.
 *
 * @param horizon of up to where I know tombstones to be collected
 */
public record VerifyRows(Fingerprint horizon, TableScope scope, List<RowKey> keys) implements VerifyMessage {

    public VerifyRows {
        VerifyMessage.requireBounded(keys.size());
        keys = List.copyOf(keys);
    }
}
