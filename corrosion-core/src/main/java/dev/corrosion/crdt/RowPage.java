package dev.corrosion.crdt;

import dev.corrosion.ledger.Fingerprint;
import java.util.List;

/**
 * The first rows of a range.
 *
 * @param rows in the order of their keys
 * @param read up to where the range was read; {@link KeyRange#upTo} if that was all of it
 * @param whole whether that was all of it
 * @param bytes how much was read
 */
public record RowPage(List<RowDigest> rows, RowKey read, boolean whole, long bytes) {

    public RowPage {
        rows = List.copyOf(rows);
    }

    public Fingerprint sum() {
        return sum(rows);
    }

    /** What stands for all of the rows, in whatever order. */
    public static Fingerprint sum(List<RowDigest> rows) {
        return rows.stream().map(RowDigest::fingerprint).reduce(Fingerprint.NONE, Fingerprint::plus);
    }
}
