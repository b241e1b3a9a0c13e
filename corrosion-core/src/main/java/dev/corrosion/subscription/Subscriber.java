package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.Row;
import dev.corrosion.query.ResultRow;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Who gets the result of a query. It is called on the query's lane, or, if that is durable and it is not live, on the thread
 * of the journal; {@link #isGone} on any. Nothing of it blocks.
 */
sealed interface Subscriber permits EventSubscriber, LiveSubscriber {

    /**
     * It has joined: what it gets first.
     *
     * @param state the query as it is now
     * @param versions by actor, the version up to which everything is in it
     */
    void joined(State state, Map<ActorId, Long> versions);

    /** There is a new step in the log, and perhaps some are not kept any more. */
    void stepped(State state);

    /** The query cannot be followed any more. */
    void failed(Throwable reason);

    /** The node closes. */
    void completed();

    /** Whether it is told at once, and only of the latest result. */
    boolean isLive();

    /** Whether it wants the rows that there are when it joins. */
    boolean isFresh();

    /** Whether it has cancelled. */
    boolean isGone();

    /**
     * A query as it is now.
     *
     * @param id of the shared query
     * @param columns names of the columns
     * @param rows in its order; made when it is asked for
     * @param log its last changes
     */
    record State(UUID id, List<String> columns, Supplier<List<ResultRow>> rows, ChangeLog log) {

        List<Row> result() {
            return rows.get().stream().map(ResultRow::row).toList();
        }
    }
}
