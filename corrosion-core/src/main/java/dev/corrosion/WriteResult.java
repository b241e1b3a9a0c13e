package dev.corrosion;

import java.util.List;

/**
 * What one atomic transaction did. It is durable here (as {@code synchronous} has it) and on its way to the others.
 *
 * @param actorId this node
 * @param version the version that the transaction became, or 0 if it changed no replicated row
 * @param rowsAffectedBy the rows that each statement inserted, updated or deleted, in order
 */
public record WriteResult(ActorId actorId, long version, List<Long> rowsAffectedBy) {

    public WriteResult {
        rowsAffectedBy = List.copyOf(rowsAffectedBy);
    }

    /** The sum over all statements. */
    public long rowsAffected() {
        return rowsAffectedBy.stream().mapToLong(Long::longValue).sum();
    }
}
