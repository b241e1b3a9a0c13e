package dev.corrosion.node;

import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.RangeSet;
import java.util.Collection;

/**
 * When a node fetches a copy of a peer's database instead of the versions that it lacks.
 *
 * @param newVersions a node that has nothing of others: from so many missing versions on
 * @param newBytes the same node: if the peer's database has at least so many bytes
 * @param farVersions any node: from so many missing versions on
 * @param skippedVersions so many of each actor do not count for that: it may have skipped them when it crashed, and it takes
 *     a few bytes to hear that there is nothing in them. Else the restart of many nodes would make all others fetch copies
 */
record SnapshotPolicy(long newVersions, long newBytes, long farVersions, long skippedVersions) {

    /** From there on a copy is meant to be less work; where exactly it becomes so was not measured. */
    static final SnapshotPolicy DEFAULT = new SnapshotPolicy(10_000, 16L << 20, 200_000, Replica.MAX_SKIPPED_VERSIONS);

    /** Versions one by one, whatever is missing; and a node that was away for too long waits for a person. */
    static final SnapshotPolicy NEVER = new SnapshotPolicy(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 0);

    boolean isNever() {
        return farVersions == Long.MAX_VALUE;
    }

    /**
     * Whether a copy is better.
     *
     * @param isNew whether nothing of others is here
     * @param missing the versions that are missing, of each actor
     * @param databaseBytes how large the peer's database is
     */
    boolean wants(boolean isNew, Collection<RangeSet> missing, long databaseBytes) {
        if (missing.isEmpty()) {
            return false;
        }
        long all = missing.stream().mapToLong(RangeSet::size).sum();
        long written = missing.stream()
                .mapToLong(versions -> Math.max(0, versions.size() - skippedVersions))
                .sum();
        return written >= farVersions || (isNew && (all >= newVersions || databaseBytes >= newBytes));
    }
}
