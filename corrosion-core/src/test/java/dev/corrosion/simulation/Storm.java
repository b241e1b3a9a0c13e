package dev.corrosion.simulation;

import dev.corrosion.Statement;
import dev.corrosion.crdt.Replica;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything at once: a transaction of {@value #ROWS} rows, half of the cluster cut off for ten minutes, another schema that
 * comes to one third of the nodes after the other, and the restart of a third while the halves find each other again. All
 * the time there are small writes, and each second one whose way is timed.
 */
final class Storm {

    static final int ROWS = 100_000;

    private static final int MACHINES = 18;
    private static final long MAX_BYTES_PER_SECOND = 4 << 20;
    private static final Duration FORMING = Duration.ofSeconds(20);

    /** Until a node has something of others, it takes nothing unasked. */
    private static final Duration WARMING = Duration.ofSeconds(20);

    private static final Duration CALM = Duration.ofSeconds(20);
    private static final Duration PARTITION = Duration.ofMinutes(10);
    private static final Duration DOWN = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    /** How many times as long as in the calm a write may take once the storm is over. */
    private static final int SLOWER = 2;

    private static final String SCHEMA = World.SCHEMA + Probes.SCHEMA + Bulk.SCHEMA;

    private static final String NEXT_SCHEMA = SCHEMA.replace("owner TEXT) WITHOUT", "owner TEXT, colour TEXT) WITHOUT")
            + "CREATE TABLE extra (id INTEGER PRIMARY KEY NOT NULL, value TEXT);";

    /** A part of the time, and what the machines have sent in it. */
    private record Phase(String name, long from, long to, long inSecond, long all) {}

    private final World world;
    private final Workload workload;
    private final Probes probes;
    private final Bulk bulk;
    private final Busiest busiest = new Busiest();
    private final List<Phase> phases = new ArrayList<>();
    private final List<String> spread = new ArrayList<>();
    private long extra;

    Storm(long seed, Path directory, @Nullable Consumer<String> trace) {
        Settings settings = new Settings(
                MACHINES,
                3,
                Duration.ZERO,
                Duration.ofSeconds(15),
                Duration.ofHours(24),
                Duration.ofSeconds(5),
                Duration.ofMinutes(30),
                1000,
                Replica.MAX_SKIPPED_VERSIONS,
                MAX_BYTES_PER_SECOND,
                5_000);
        this.world = new World(seed, settings, directory, Sabotage.NONE, trace);
        this.workload = new Workload(world);
        this.probes = new Probes(world, workload);
        this.bulk = new Bulk(world, ROWS);
    }

    /** Returns what happened, in words. */
    String run() {
        try {
            world.history.leftOut = Bulk.TABLE;
            world.machines.forEach(machine -> machine.schema = SCHEMA);
            List.of(
                            new MembershipInvariant(world),
                            new LedgerInvariant(),
                            new LimitsInvariant(MAX_BYTES_PER_SECOND),
                            probes,
                            bulk,
                            busiest)
                    .forEach(world::watch);
            begin();
            Phase calm = phase("calm", CALM);
            play();
            Phase after = phase("after the storm", Duration.ofSeconds(100));
            Duration agreed = agree();
            validate(calm, after);
            return report(agreed);
        } finally {
            world.close();
        }
    }

    private void begin() {
        world.machines.forEach(machine -> world.time.in(Duration.ofMillis(200L * machine.number), machine::start));
        world.run(FORMING);
        workload.start();
        probes.start();
        world.run(WARMING);
    }

    private void play() {
        workload.write(world.machines.get(0), bulk.statements());
        cut();
        phase(ROWS + " rows, and a partition", Duration.ofMinutes(2));
        noteSpread();
        upgrade(0);
        writeExtra();
        phase("a third restarts with a new schema", Duration.ofMinutes(4));
        upgrade(1);
        phase("another third does", PARTITION.minusMinutes(6));
        world.links.healLinks();
        phase("the partition heals", Duration.ofSeconds(10));
        noteSpread();
        crash(2);
        phase("the last third crashes and restarts", DOWN.plus(RECOVERY));
    }

    private void noteSpread() {
        spread.add(String.format(
                "%d nodes had the rows after %.1f s", bulk.nodes(), bulk.taken().toMillis() / 1e3));
    }

    private Duration agree() {
        workload.stop();
        probes.stop();
        long from = world.time.now();
        Agreement agreement = new Agreement(world);
        if (!world.runUntil(agreement::isReached, Scenario.CONVERGENCE)) {
            throw new AssertionError("no agreement within " + Scenario.CONVERGENCE + ": " + agreement.lack());
        }
        return Duration.ofNanos(world.time.now() - from);
    }

    private void validate(Phase calm, Phase after) {
        Latencies usual = probes.between(calm.from(), calm.to());
        Latencies now = probes.between(after.from(), after.to());
        if (now.p99().compareTo(usual.p99().multipliedBy(SLOWER)) > 0) {
            throw new AssertionError("after the storm: " + now + ", before: " + usual);
        }
        if (copies() != 1) {
            throw new AssertionError(copies() + " nodes have fetched a copy, one had lost its disk");
        }
        Map<String, String> keys = new TreeMap<>(World.KEYS);
        keys.putAll(Map.of("probe", "id", "extra", "id"));
        List.of(
                        bulk,
                        new SameRows(keys),
                        new SameClocks(),
                        new NothingLost(),
                        new NothingRises(keys),
                        new NothingLeft(),
                        new NothingDiverged())
                .forEach(validation -> validation.check(world));
    }

    private long copies() {
        return world.running().stream()
                .mapToLong(process -> process.node().status().counters().get("corrosion.snapshots.installed"))
                .sum();
    }

    private Phase phase(String name, Duration duration) {
        long from = world.time.now();
        busiest.reset();
        world.run(duration);
        Phase phase = new Phase(name, from, world.time.now(), busiest.inSecond(), busiest.all());
        phases.add(phase);
        return phase;
    }

    private String report(Duration agreed) {
        StringBuilder report = new StringBuilder();
        for (Phase phase : phases) {
            report.append(String.format(
                    "%-36s %4d s, busiest node %.2f MiB in a second, all %5.1f MiB, %s%n",
                    phase.name(),
                    Duration.ofNanos(phase.to() - phase.from()).toSeconds(),
                    mib(phase.inSecond()),
                    mib(phase.all()),
                    probes.between(phase.from(), phase.to())));
        }
        return report.append(String.format(
                        "%s; %d writes, agreement %.1f s after the last, %d copy fetched, hash %s",
                        String.join(", ", spread),
                        world.history.all().size(),
                        agreed.toMillis() / 1e3,
                        copies(),
                        world.log.hash().substring(0, 16)))
                .toString();
    }

    private static double mib(long bytes) {
        return bytes / (double) (1 << 20);
    }

    /** Neither half reaches the other; both have machines of all regions. */
    private void cut() {
        for (Machine from : world.machines) {
            for (Machine to : world.machines) {
                if (isInFirstHalf(from) != isInFirstHalf(to)) {
                    world.links.change(from.address, to.address, Link::broken);
                }
            }
        }
        probes.cut();
    }

    private static boolean isInFirstHalf(Machine machine) {
        return machine.number < MACHINES / 2;
    }

    /** All stop at the same time, and start again. */
    private void upgrade(int third) {
        third(third).forEach(machine -> {
            machine.schema = NEXT_SCHEMA;
            machine.leave();
            world.time.in(DOWN, machine::start);
        });
    }

    /** The same, but only two stop in order: the others are killed, and the last one loses its disk. */
    private void crash(int third) {
        List<Machine> machines = third(third);
        machines.subList(2, machines.size()).forEach(machine -> machine.crash(1));
        Machine last = machines.get(machines.size() - 1);
        world.history.diskLost(last);
        last.wipe();
        upgrade(third);
    }

    /** With machines of both halves and of all regions. */
    private List<Machine> third(int number) {
        return world.machines.stream()
                .filter(machine -> machine.number / 3 % 3 == number)
                .toList();
    }

    /** Again and again, somewhere, something that the former schema does not know. */
    private void writeExtra() {
        world.time.in(Duration.ofMillis(2300), () -> {
            if (workload.isStopped()) {
                return;
            }
            List<NodeRun> able = world.running().stream()
                    .filter(process -> process.isOf(NEXT_SCHEMA))
                    .toList();
            if (!able.isEmpty()) {
                workload.write(able.get((int) (extra % able.size())).machine(), extra(extra));
                extra++;
            }
            writeExtra();
        });
    }

    private static List<Statement> extra(long number) {
        return List.of(
                Statement.of("INSERT INTO extra VALUES (?, ?)", number, "extra" + number),
                Statement.of(
                        "INSERT INTO tag (name, colour) VALUES (?, ?) ON CONFLICT DO UPDATE SET colour = excluded.colour",
                        "colour" + number % 10,
                        "colour" + number));
    }
}
