package dev.corrosion.query;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import org.jspecify.annotations.Nullable;

/**
 * A change of a kept result.
 *
 * @param type what happened
 * @param id the row's, as in its {@link ResultRow}; that of a deleted row is not used again
 * @param row the row after an insert or update, the row that went with a delete
 * @param old the row before an update, else null
 * @param cause the transaction that it comes from, the last where there were several; null where none is known
 */
public record ResultChange(
        SubscriptionEvent.Type type,
        long id,
        Row row,
        @Nullable Row old,
        @Nullable Cause cause) {

    static ResultChange insert(long id, Row row, @Nullable Cause cause) {
        return new ResultChange(SubscriptionEvent.Type.INSERT, id, row, null, cause);
    }

    static ResultChange update(long id, Row row, Row old, @Nullable Cause cause) {
        return new ResultChange(SubscriptionEvent.Type.UPDATE, id, row, old, cause);
    }

    static ResultChange delete(long id, Row row, @Nullable Cause cause) {
        return new ResultChange(SubscriptionEvent.Type.DELETE, id, row, null, cause);
    }
}
