package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.Row;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/** Gets the whole result each time it is another one; while it is busy, only the latest waits for it. */
final class LiveSubscriber implements Subscriber {

    private final FluxSink<List<Row>> sink;
    private @Nullable List<Row> last;
    private boolean stale = true;
    private @Nullable State state;

    LiveSubscriber(FluxSink<List<Row>> sink) {
        this.sink = sink;
    }

    @Override
    public void joined(State state, Map<ActorId, Long> versions) {
        this.state = state;
        stepped(state);
    }

    @Override
    public void stepped(State state) {
        stale = true;
        deliver(state);
    }

    /** The subscriber wants more. On the lane. */
    void wanted() {
        State known = state;
        if (known != null && stale) {
            deliver(known);
        }
    }

    private void deliver(State state) {
        if (sink.isCancelled() || sink.requestedFromDownstream() == 0) {
            return;
        }
        stale = false;
        List<Row> rows = state.result();
        if (!rows.equals(last)) {
            last = rows;
            sink.next(rows);
        }
    }

    @Override
    public void failed(Throwable reason) {
        sink.error(reason);
    }

    @Override
    public void completed() {
        sink.complete();
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public boolean isFresh() {
        return true;
    }

    @Override
    public boolean isGone() {
        return sink.isCancelled();
    }
}
