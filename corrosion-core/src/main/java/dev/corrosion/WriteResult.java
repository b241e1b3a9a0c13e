package dev.corrosion;

import java.util.Collections;
import java.util.List;

/**
 * What one atomic transaction did. It is durable here (as {@code synchronous} has it) and on its way to the others.
 *
 * @param actorId this node
 * @param version the version that the transaction became, or 0 if it changed no replicated row
 * @param rowsAffectedBy how many rows each statement inserted, updated or deleted, in order
 * @param returned the rows that the RETURNING clause of each statement gave, in order; an empty list for a statement
 *     that has none
 */
public record WriteResult(ActorId actorId, long version, List<Long> rowsAffectedBy, List<List<Row>> returned) {

    public WriteResult {
        rowsAffectedBy = List.copyOf(rowsAffectedBy);
        returned = returned.stream().map(List::copyOf).toList();
        if (returned.size() != rowsAffectedBy.size()) {
            throw new IllegalArgumentException(rowsAffectedBy.size() + " statements, but rows of " + returned.size());
        }
    }

    /** Of statements without RETURNING. */
    public WriteResult(ActorId actorId, long version, List<Long> rowsAffectedBy) {
        this(actorId, version, rowsAffectedBy, Collections.nCopies(rowsAffectedBy.size(), List.of()));
    }

    /** The sum over all statements. */
    public long rowsAffected() {
        return rowsAffectedBy.stream().mapToLong(Long::longValue).sum();
    }
}
