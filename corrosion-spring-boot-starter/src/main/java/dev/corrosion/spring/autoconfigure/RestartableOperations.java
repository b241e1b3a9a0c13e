package dev.corrosion.spring.autoconfigure;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionObserver;
import dev.corrosion.NodeMetric;
import dev.corrosion.Operations;
import dev.corrosion.TableStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Those of the node that is open; who observes one observes all that follow. */
final class RestartableOperations implements Operations {

    private final Supplier<Operations> current;

    /** Guarded by this. */
    private final List<CorrosionObserver> observers = new ArrayList<>();

    /** @param current fails if no node is open */
    RestartableOperations(Supplier<Operations> current) {
        this.current = current;
    }

    /** There is another node. */
    synchronized void opened(Operations node) {
        observers.forEach(node::observe);
    }

    @Override
    public synchronized void observe(CorrosionObserver observer) {
        if (observers.size() == MAX_OBSERVERS) {
            throw new CorrosionException("the node has " + MAX_OBSERVERS + " observers already");
        }
        current.get().observe(observer);
        observers.add(observer);
    }

    @Override
    public List<NodeMetric> metrics() {
        return current.get().metrics();
    }

    @Override
    public List<TableStatus> tables() {
        return current.get().tables();
    }

    @Override
    public Optional<TableStatus> table(String name) {
        return current.get().table(name);
    }

    @Override
    public Started rejoin() {
        return current.get().rejoin();
    }

    @Override
    public Started snapshot(Optional<ActorId> member) {
        return current.get().snapshot(member);
    }

    @Override
    public Started verify(Optional<ActorId> member) {
        return current.get().verify(member);
    }

    @Override
    public Started collect() {
        return current.get().collect();
    }
}
