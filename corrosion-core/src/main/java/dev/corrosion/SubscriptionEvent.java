package dev.corrosion;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription delivers, in this order: one {@link Columns}, a {@link RowSnapshot} per row, one {@link
 * EndOfQuery}, then a {@link RowChange} for each change, for ever. One that goes on from an earlier change gets the columns
 * and then changes.
 *
 * <p>The snapshot with all changes up to a {@link RowChange#last} one applied equals the re-run query.
 */
public sealed interface SubscriptionEvent {

    /**
     * The columns of the result.
     *
     * @param subscription with this and a change id {@link SubscriptionOptions#from} goes on where this one ended
     * @param names in order
     */
    record Columns(UUID subscription, List<String> names) implements SubscriptionEvent {}

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
     * @param versions by actor, the version up to which everything is in the snapshot
     */
    record EndOfQuery(long changeId, Map<ActorId, Long> versions) implements SubscriptionEvent {}

    /**
     * A change of the result.
     *
     * @param type what happened
     * @param rowId the id of the row, as in its snapshot or its insert
     * @param row the row after an insert or update, the row that went with a delete
     * @param old the row before an update, else null
     * @param changeId one more than that of the change before, unless changes were {@link SubscriptionOptions.OnLag#COALESCE
     *     coalesced}; then it is the id of the last one in them for the last change, and the id before them for the
     *     others, so that who goes on from there gets all of them again
     * @param actor who has caused it; null if it was no transaction, such as a copy of another node's database that was
     *     put in place of this one's, or a member that came or went; or if nobody followed a durable query when it
     *     happened
     * @param version of that actor, 0 if there is none
     * @param last whether the result is, with this change, one that the query had: false if more changes of the same
     *     transaction follow
     */
    record RowChange(
            Type type,
            long rowId,
            Row row,
            @Nullable Row old,
            long changeId,
            @Nullable ActorId actor,
            long version,
            boolean last)
            implements SubscriptionEvent {}

    /** What happened to a row. */
    enum Type {
        INSERT,
        UPDATE,
        DELETE
    }
}
