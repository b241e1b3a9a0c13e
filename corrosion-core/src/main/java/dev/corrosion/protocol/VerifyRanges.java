package dev.corrosion.protocol;

import dev.corrosion.crdt.KeyRange;
import dev.corrosion.ledger.Fingerprint;
import java.util.List;

/**
 * These are my sums over ranges of rows; are they yours? Answered by {@link VerifyFound}, or not at all if the horizons
 * differ.
 *
 * @param horizon of up to where I know tombstones to be collected
 */
public record VerifyRanges(Fingerprint horizon, List<Range> ranges) implements VerifyMessage {

    /** The rows of a range, and their sum. */
    public record Range(TableScope scope, KeyRange keys, long rows, Fingerprint sum) {}

    public VerifyRanges {
        VerifyMessage.requireBounded(ranges.size());
        ranges = List.copyOf(ranges);
    }
}
