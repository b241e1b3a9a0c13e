package dev.corrosion.subscription;

import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.query.ResultRow;
import dev.corrosion.subscription.JournalTables.Stored;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How subscribers of a query are told: one thing after the other, in the order in which they are given here. That is at once,
 * on the thread that has something to tell, or, if the query is durable, when what was told of it before is on disk ({@link
 * DurableDelivery}).
 */
interface Delivery {

    /** At once. */
    Delivery IMMEDIATE = new Delivery() {
        @Override
        public void open(Consumer<@Nullable Stored> opened, Consumer<Throwable> onFailure) {
            opened.accept(null);
        }

        @Override
        public void begin(UUID id, List<ResultRow> rows) {}

        @Override
        public void tell(List<RowChange> changes, ChangeLog log, Runnable telling) {
            telling.run();
        }

        @Override
        public void then(Runnable telling, Consumer<Throwable> otherwise) {
            telling.run();
        }

        @Override
        public void end() {}
    };

    /**
     * Comes first.
     *
     * @param opened gets how the query was told last; null if that is not known
     * @param onFailure hears, once, if something could not be told, now or later; nothing is told any more then
     */
    void open(Consumer<@Nullable Stored> opened, Consumer<Throwable> onFailure);

    /** The query begins anew, with these rows. */
    void begin(UUID id, List<ResultRow> rows);

    /**
     * Tells subscribers of a step.
     *
     * @param log where {@code telling} adds it; what it does not have any more is not needed
     */
    void tell(List<RowChange> changes, ChangeLog log, Runnable telling);

    /**
     * Tells something else.
     *
     * @param otherwise is told why not, if nothing is told any more
     */
    void then(Runnable telling, Consumer<Throwable> otherwise);

    /** There is nobody to tell any more. */
    void end();
}
