package dev.corrosion.simulation;

import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * One small write a second, on one node after the other, and how long it takes from the call until the last node shows it
 * that runs and can be reached from there all the while.
 */
final class Probes implements Invariant {

    static final String SCHEMA = "CREATE TABLE probe (id INTEGER PRIMARY KEY NOT NULL, machine INTEGER);";

    private static final Duration EVERY = Duration.ofSeconds(1);

    /** One that is under way. */
    private record Probe(Machine from, long at, Set<NodeRun> missing) {}

    private final World world;
    private final Workload workload;
    private final Random random;
    private final Map<Long, Probe> waiting = new TreeMap<>();

    /** When it was written, and how long it took, in nanoseconds. */
    private final TreeMap<Long, Long> latencies = new TreeMap<>();

    private long count;
    private boolean stopped;

    /** @param workload writes them */
    Probes(World world, Workload workload) {
        this.world = world;
        this.workload = workload;
        this.random = new Random(world.random.nextLong());
    }

    void start() {
        world.time.in(EVERY, () -> {
            if (!stopped) {
                write();
                start();
            }
        });
    }

    void stop() {
        stopped = true;
    }

    /** Links were cut: who cannot be reached any more is not waited for. */
    void cut() {
        forget((probe, process) -> !reaches(probe.from(), process.machine()));
    }

    /** Of those written from one time to another; those that are under way have taken until now. */
    Latencies between(long from, long to) {
        List<Long> taken = new ArrayList<>(latencies.subMap(from, to).values());
        waiting.values().stream()
                .filter(probe -> from <= probe.at() && probe.at() < to)
                .forEach(probe -> taken.add(world.time.now() - probe.at()));
        return Latencies.of(taken);
    }

    private void write() {
        List<NodeRun> running = world.running();
        Machine machine = running.get(random.nextInt(running.size())).machine();
        Set<NodeRun> expected = new HashSet<>(running);
        expected.removeIf(process -> !reaches(machine, process.machine()));
        long id = count++;
        waiting.put(id, new Probe(machine, world.time.now(), expected));
        workload.write(machine, List.of(Statement.of("INSERT INTO probe VALUES (?, ?)", id, machine.number)));
    }

    private boolean reaches(Machine from, Machine to) {
        return from == to || !world.links.apply(from.address, to.address).cut();
    }

    @Override
    public void committed(NodeRun process) {
        List<Long> ids = new ArrayList<>();
        waiting.forEach((id, probe) -> {
            if (probe.missing().contains(process)) {
                ids.add(id);
            }
        });
        if (ids.isEmpty()) {
            return;
        }
        String list = ids.toString().replace('[', '(').replace(']', ')');
        for (Row row : process.node().query("SELECT id FROM probe WHERE id IN " + list)) {
            Probe probe = waiting.get(row.getLong("id"));
            if (probe != null) {
                probe.missing().remove(process);
            }
        }
        settle(ids);
    }

    private void settle(Collection<Long> ids) {
        for (long id : ids) {
            Probe probe = waiting.get(id);
            if (probe != null && probe.missing().isEmpty()) {
                waiting.remove(id);
                latencies.put(probe.at(), world.time.now() - probe.at());
            }
        }
    }

    /** A write whose node ends may be late, or never have been made; and a node that ends is not waited for. */
    @Override
    public void stopped(NodeRun process) {
        waiting.values().removeIf(probe -> probe.from() == process.machine());
        forget((probe, other) -> other == process);
    }

    private void forget(BiPredicate<Probe, NodeRun> gone) {
        waiting.values().forEach(probe -> probe.missing().removeIf(process -> gone.test(probe, process)));
        settle(List.copyOf(waiting.keySet()));
    }
}
