package dev.corrosion.spring;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionOptions.Position;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;

/** Makes typed events of those of one subscription. Its events come one after the other, so this needs no lock. */
final class EventMapping<T> implements BiConsumer<SubscriptionEvent, SynchronousSink<LiveEvent<T>>> {

    private final RowMapper<T> mapper;
    private UUID subscription = new UUID(0, 0);

    EventMapping(RowMapper<T> mapper) {
        this.mapper = mapper;
    }

    @Override
    public void accept(SubscriptionEvent event, SynchronousSink<LiveEvent<T>> sink) {
        if (event instanceof Columns columns) {
            subscription = columns.subscription();
        } else if (event instanceof RowSnapshot row) {
            sink.next(new LiveEvent.Existing<>(row.rowId(), mapper.map(row.row())));
        } else if (event instanceof EndOfQuery end) {
            sink.next(new LiveEvent.Ready<>(new Position(subscription, end.changeId()), end.versions()));
        } else if (event instanceof RowChange change) {
            sink.next(new LiveEvent.Changed<>(
                    change(change),
                    change.rowId(),
                    new Position(subscription, change.changeId()),
                    change.actor(),
                    change.version(),
                    change.last()));
        }
    }

    private Change<T> change(RowChange change) {
        Row old = change.old();
        return new Change<>(change.type(), mapper.map(change.row()), old == null ? null : mapper.map(old));
    }

    /** What is left of an event for who only wants to know what the rows are. */
    static <T> @Nullable Change<T> changeOf(LiveEvent<T> event) {
        if (event instanceof LiveEvent.Existing<T> row) {
            return new Change<>(SubscriptionEvent.Type.INSERT, row.value(), null);
        }
        return event instanceof LiveEvent.Changed<T> changed ? changed.change() : null;
    }
}
