package dev.corrosion.spring;

import dev.corrosion.ActorId;
import dev.corrosion.SubscriptionOptions.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription delivers, with all that is known of it: an {@link Existing} for each row, one {@link Ready}, then a
 * {@link Changed} for each change, for ever. A subscription that goes on from an earlier place has changes only.
 *
 * <p>Each {@link Position} can be given to {@link dev.corrosion.SubscriptionOptions#from}, to go on after it.
 */
public sealed interface LiveEvent<T> {

    /**
     * A row that the query has now.
     *
     * @param rowId stable and unique within this subscription
     */
    record Existing<T>(long rowId, T value) implements LiveEvent<T> {}

    /**
     * All rows that the query had were told.
     *
     * @param position before the first change
     * @param versions by actor, the version up to which everything is in these rows
     */
    record Ready<T>(Position position, Map<ActorId, Long> versions) implements LiveEvent<T> {

        public Ready {
            versions = Map.copyOf(versions);
        }
    }

    /**
     * A change of the result.
     *
     * @param change what has changed
     * @param rowId the id of the row, as in its {@link Existing} or its insert
     * @param position after this change
     * @param actor who has caused it; null if it was no transaction
     * @param version of that actor, 0 if there is none
     * @param last whether the result is, with this change, one that the query had: false if more changes of the same
     *     transaction follow
     */
    record Changed<T>(
            Change<T> change,
            long rowId,
            Position position,
            @Nullable ActorId actor,
            long version,
            boolean last) implements LiveEvent<T> {}
}
