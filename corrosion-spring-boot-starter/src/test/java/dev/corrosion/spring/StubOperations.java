package dev.corrosion.spring;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionObserver;
import dev.corrosion.NodeMetric;
import dev.corrosion.Operations;
import dev.corrosion.TableStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers what a test gives it, and notes what it was asked for. */
public final class StubOperations implements Operations {

    public List<NodeMetric> metrics = List.of();
    public List<TableStatus> tables = List.of();
    public final List<CorrosionObserver> observers = new ArrayList<>();
    public final List<String> asked = new ArrayList<>();
    public int reads;
    public boolean closed;

    @Override
    public List<NodeMetric> metrics() {
        if (closed) {
            throw new CorrosionException("the node is closed");
        }
        reads++;
        return metrics;
    }

    @Override
    public void observe(CorrosionObserver observer) {
        observers.add(observer);
    }

    @Override
    public List<TableStatus> tables() {
        return tables;
    }

    @Override
    public Optional<TableStatus> table(String name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }

    private Started asked(String what) {
        asked.add(what);
        return new Started(true, what);
    }

    @Override
    public Started rejoin() {
        return asked("rejoin");
    }

    @Override
    public Started snapshot(Optional<ActorId> member) {
        return asked("snapshot" + member.map(id -> " " + id).orElse(""));
    }

    @Override
    public Started verify(Optional<ActorId> member) {
        return asked("verify" + member.map(id -> " " + id).orElse(""));
    }

    @Override
    public Started collect() {
        return asked("collect");
    }
}
