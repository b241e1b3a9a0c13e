package dev.corrosion.discovery;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionObserver;
import dev.corrosion.NodeMetric;
import dev.corrosion.Operations;
import dev.corrosion.TableStatus;
import java.util.List;
import java.util.Optional;

/** Of nodes that measure nothing and that nobody operates. */
final class NoOperations implements Operations {

    private static final Started NOTHING = new Started(false, "there is nothing to do");

    @Override
    public List<NodeMetric> metrics() {
        return List.of();
    }

    @Override
    public void observe(CorrosionObserver observer) {}

    @Override
    public List<TableStatus> tables() {
        return List.of();
    }

    @Override
    public Optional<TableStatus> table(String name) {
        return Optional.empty();
    }

    @Override
    public Started rejoin() {
        return NOTHING;
    }

    @Override
    public Started snapshot(Optional<ActorId> member) {
        return NOTHING;
    }

    @Override
    public Started verify(Optional<ActorId> member) {
        return NOTHING;
    }

    @Override
    public Started collect() {
        return NOTHING;
    }
}
