package dev.corrosion.protocol;

import dev.corrosion.ledger.Fingerprint;

/**
 * The first question of anti-entropy: do you hold the same? Answered by {@link SyncEqual} or {@link SyncBuckets}.
 *
 * @param holds of what I hold
 * @param horizon of up to where I know tombstones to be collected
 */
public record SyncDigest(Fingerprint holds, Fingerprint horizon) implements SyncMessage {}
