package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionOptions;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * What has become of the rows of a query from one state of the database to another.
 *
 * @param fresh whether these are all rows that there are
 */
record RowStep(boolean fresh, List<Change> changes) {

    /** One row, which is there now or not any more. */
    record Change(boolean present, Row row) {}

    /** All rows that the query has, as they are read for once. */
    static RowStep all(List<Row> rows) {
        return new RowStep(true, rows.stream().map(row -> new Change(true, row)).toList());
    }

    /** All rows that the query has, and then each step. Ends when the node is stopped. */
    static Flux<RowStep> follow(Corrosion corrosion, Statement query) {
        return Flux.defer(() -> {
            Collector collector = new Collector();
            return corrosion
                    .subscribe(query, SubscriptionOptions.DEFAULT.coalescing())
                    .handle(collector::take);
        });
    }

    /** The subscriptions have ended because their node has. */
    static final class NodeStopped extends CorrosionException {

        private static final long serialVersionUID = 1;

        NodeStopped() {
            super("the node is stopped");
        }
    }

    private static final class Collector {

        private final List<Change> changes = new ArrayList<>();

        void take(SubscriptionEvent event, SynchronousSink<RowStep> out) {
            if (event instanceof SubscriptionEvent.RowSnapshot snapshot) {
                changes.add(new Change(true, snapshot.row()));
            } else if (event instanceof SubscriptionEvent.EndOfQuery) {
                emit(true, out);
            } else if (event instanceof SubscriptionEvent.RowChange change) {
                changes.add(new Change(change.type() != SubscriptionEvent.Type.DELETE, change.row()));
                if (change.last()) {
                    emit(false, out);
                }
            }
        }

        private void emit(boolean fresh, SynchronousSink<RowStep> out) {
            out.next(new RowStep(fresh, List.copyOf(changes)));
            changes.clear();
        }
    }
}
