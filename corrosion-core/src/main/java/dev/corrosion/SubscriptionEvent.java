package dev.corrosion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription delivers, in this order: one {@link Columns}, a {@link RowSnapshot} per row, one {@link
 * EndOfQuery}, then a {@link RowChange} for each change, for ever.
 *
 * <p>The snapshot with all changes applied equals the re-run query. Changes seen together are never a state between two
 * transactions.
 */
public sealed interface SubscriptionEvent {

    /** The names of the result's columns. */
    record Columns(List<String> names) implements SubscriptionEvent {}

    /**
     * A row that the query has now.
     *
     * @param rowId stable and unique within this subscription
     */
    record RowSnapshot(long rowId, Row row) implements SubscriptionEvent {}

    /**
     * The snapshot is complete.
     *
     * @param changeId the id before the first change
     */
    record EndOfQuery(long changeId) implements SubscriptionEvent {}

    /**
     * A change of the result.
     *
     * @param type what happened
     * @param rowId the id of the row, as in its snapshot or its insert
     * @param row the row after an insert or update, the row that went with a delete
     * @param old the row before an update, else null
     * @param changeId one more than the change before
     */
    record RowChange(
            Type type, long rowId, Row row, @Nullable Row old, long changeId) implements SubscriptionEvent {}

    /** What happened to a row. */
    enum Type {
        INSERT,
        UPDATE,
        DELETE
    }
}
