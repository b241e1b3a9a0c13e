package dev.corrosion.protocol;

import dev.corrosion.ledger.Horizon;

/**
 * The answer to a {@link SyncRequest} that came with another horizon: no changes, for one of us may have missed a deletion.
 *
 * @param horizon mine
 * @param behind whether I may have missed one, by your horizon
 */
public record Collected(Horizon horizon, boolean behind) implements SyncMessage {}
