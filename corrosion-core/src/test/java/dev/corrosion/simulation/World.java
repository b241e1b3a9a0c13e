package dev.corrosion.simulation;

import dev.corrosion.CorrosionOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Machines, what is between them, and who watches. All that is random comes from one seed, and all happens on one thread. */
final class World {

    static final String SCHEMA = """
            CREATE TABLE account (id INTEGER PRIMARY KEY NOT NULL, owner TEXT, balance INTEGER, note BLOB);
            CREATE TABLE pair (grp INTEGER NOT NULL, part INTEGER NOT NULL, token TEXT, PRIMARY KEY (grp, part));
            CREATE TABLE tag (name TEXT PRIMARY KEY NOT NULL, weight REAL, owner TEXT) WITHOUT ROWID;
            """;

    /** Its tables, each with the columns of its key. */
    static final Map<String, String> KEYS = new TreeMap<>(Map.of("account", "id", "pair", "grp, part", "tag", "name"));

    private static final int SEEDS = 2;

    final VirtualTime time = new VirtualTime();
    final Random random;
    final EventLog log;
    final Links links = new Links();
    final SimulatedNetwork network;
    final List<Machine> machines = new ArrayList<>();
    final History history = new History(this);

    private final Settings settings;
    private final Path directory;
    private final Sabotage sabotage;
    private final List<Invariant> invariants = new ArrayList<>();
    private @Nullable Throwable failure;

    World(long seed, Settings settings, Path directory, Sabotage sabotage, @Nullable Consumer<String> trace) {
        this.sabotage = sabotage;
        this.random = new Random(seed);
        this.settings = settings;
        this.directory = directory;
        this.log = new EventLog(time, trace);
        this.network = new SimulatedNetwork(time, random, links, sabotage, this::sent, this::delivered);
        for (int i = 0; i < settings.machines(); i++) {
            add();
        }
    }

    Machine add() {
        int number = machines.size();
        Path disk = directory.resolve("node" + number);
        try {
            Files.createDirectories(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Machine machine = new Machine(this, number, disk);
        machines.add(machine);
        links.place(machine.address, number % settings.regions());
        return machine;
    }

    Settings settings() {
        return settings;
    }

    Sabotage sabotage() {
        return sabotage;
    }

    void watch(Invariant invariant) {
        invariants.add(invariant);
    }

    CorrosionOptions options(Machine machine) {
        List<String> seeds = machines.subList(0, Math.min(SEEDS, machines.size())).stream()
                .map(seed -> "127.0.0.1:" + seed.address.getPort())
                .toList();
        return machine.options()
                .schema(machine.schema)
                .region("region" + machine.number % settings.regions())
                .bootstrap(seeds)
                .syncInterval(settings.syncInterval())
                .tombstoneRetention(settings.retention())
                .verifyInterval(settings.verifyInterval())
                .maxBytesPerSecond(settings.maxBytesPerSecond())
                .build();
    }

    /** The nodes that run. */
    List<NodeRun> running() {
        return machines.stream()
                .filter(machine -> machine.running() != null)
                .map(Machine::process)
                .toList();
    }

    @Nullable Machine at(InetSocketAddress address) {
        return machines.stream()
                .filter(machine -> machine.address.equals(address))
                .findFirst()
                .orElse(null);
    }

    void started(NodeRun process) {
        invariants.forEach(invariant -> invariant.started(process));
    }

    void stopped(NodeRun process) {
        invariants.forEach(invariant -> invariant.stopped(process));
    }

    void committed(NodeRun process) {
        log.note(process.machine() + " commits");
        sabotage.committed(process);
        check(() -> invariants.forEach(invariant -> invariant.committed(process)));
    }

    private void sent(Delivery delivery) {
        check(() -> invariants.forEach(invariant -> invariant.sent(delivery)));
    }

    private void delivered(Delivery delivery) {
        log.note(delivery.kind() + " " + at(delivery.from()) + " " + at(delivery.to()), delivery.payload());
        check(() -> invariants.forEach(invariant -> invariant.delivered(delivery)));
    }

    /** What a node threw where its code must not throw. */
    void failed(Machine machine, Throwable thrown) {
        if (failure == null) {
            failure = new AssertionError(machine + " failed at " + time.now() / 1e9 + " s", thrown);
        }
    }

    /** An invariant does not hold. */
    void violated(AssertionError violation) {
        if (failure == null) {
            failure = violation;
        }
    }

    private void check(Runnable checks) {
        try {
            checks.run();
        } catch (AssertionError e) {
            violated(e); // and not thrown from here: a node's code is on the stack, which might handle it
        }
    }

    void run(Duration duration) {
        runUntil(() -> false, duration);
    }

    /** Lets time pass until it is so; returns whether it was, within the time. */
    boolean runUntil(BooleanSupplier condition, Duration limit) {
        long end = time.now() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (!time.step(end)) {
                return condition.getAsBoolean();
            }
            if (failure instanceof Error error) {
                throw error;
            }
        }
        return true;
    }

    /** Ends all processes without ceremony. */
    void close() {
        machines.forEach(machine -> machine.crash(1));
    }
}
