package dev.corrosion.node;

/**
 * When a node fetches a copy of a peer's database instead of the versions that it lacks.
 *
 * @param newVersions a node that has nothing of others: from so many missing versions on
 * @param newBytes the same node: if the peer's database has at least so many bytes
 * @param farVersions any node: from so many missing versions on
 */
record SnapshotPolicy(long newVersions, long newBytes, long farVersions) {

    /** From there on a copy is meant to be less work; where exactly it becomes so was not measured. */
    static final SnapshotPolicy DEFAULT = new SnapshotPolicy(10_000, 16L << 20, 200_000);

    /** Versions one by one, whatever is missing; and a node that was away for too long waits for a person. */
    static final SnapshotPolicy NEVER = new SnapshotPolicy(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    boolean isNever() {
        return farVersions == Long.MAX_VALUE;
    }

    /**
     * Whether a copy is better.
     *
     * @param isNew whether nothing of others is here
     * @param missing how many versions are missing
     * @param databaseBytes how large the peer's database is
     */
    boolean wants(boolean isNew, long missing, long databaseBytes) {
        return missing >= farVersions || (isNew && (missing >= newVersions || databaseBytes >= newBytes));
    }
}
