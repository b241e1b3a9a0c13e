package dev.corrosion.protocol;

import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.LedgerDigest;
import java.util.List;

/**
 * I hold something else; these are the sums of my buckets of actors, see {@link LedgerDigest}.
 *
 * @param sums a power of two of them
 * @param horizon of up to where I know tombstones to be collected
 */
public record SyncBuckets(List<Long> sums, Fingerprint horizon) implements SyncMessage {

    public SyncBuckets {
        sums = List.copyOf(sums);
        if (Integer.bitCount(sums.size()) != 1 || sums.size() > 1 << LedgerDigest.MAX_BITS) {
            throw new IllegalArgumentException("not a number of buckets: " + sums.size());
        }
    }

    /** The division into buckets. */
    public int bits() {
        return Integer.numberOfTrailingZeros(sums.size());
    }
}
