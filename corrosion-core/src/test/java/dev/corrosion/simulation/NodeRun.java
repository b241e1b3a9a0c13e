package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.node.SimulatedNode;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.Database;
import dev.corrosion.store.SimulatedDatabase;
import dev.corrosion.transport.Transport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One run of a node on a machine. Nothing of what it has planned happens once it is dead. */
final class NodeRun implements SimulatedNode.Machine, SimulatedDatabase.Host {

    /** The longest that a thread takes to get to what it is given. */
    private static final int MAX_STEP_NANOS = 20_000;

    private final World world;
    private final Machine machine;
    private final String schema;
    private final Clock clock;
    private final WorkerThread writer = new WorkerThread();
    private @Nullable SimulatedDatabase database;
    private @Nullable SimulatedDatabase journal;
    private @Nullable SimulatedNode node;
    private boolean starting = true;
    private boolean dead;
    private long glanced;

    NodeRun(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
        this.schema = machine.schema;
        this.clock = world.time.clock(machine.skew);
    }

    void started(SimulatedNode node) {
        this.node = node;
        starting = false;
    }

    SimulatedNode node() {
        return Objects.requireNonNull(node);
    }

    SimulatedDatabase database() {
        return Objects.requireNonNull(database);
    }

    Machine machine() {
        return machine;
    }

    /** Whether it has this schema. */
    boolean isOf(String wanted) {
        return schema.equals(wanted);
    }

    boolean isDead() {
        return dead;
    }

    /** The process ends in order. */
    void stop() {
        node().stop();
        dead = true;
    }

    /**
     * The process ends at once.
     *
     * @param kept how much of what is not flushed survives, from 0 to 1
     */
    void crash(double kept) {
        dead = true;
        world.network.unplug(machine.address);
        database().crash(kept);
        if (journal != null) {
            journal.crash(kept);
        }
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public long nanos() {
        glanced += machine.glance.toNanos();
        return world.time.now() + glanced;
    }

    @Override
    public Random newRandom() {
        return new Random(world.random.nextLong());
    }

    @Override
    public ActorId newActorId() {
        return new ActorId(new UUID(world.random.nextLong(), world.random.nextLong()));
    }

    @Override
    public Executor newThread() {
        return new WorkerThread();
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        world.time.in(delay, () -> {
            if (!dead) {
                task.run();
            }
        });
    }

    @Override
    public Database openDatabase(Path file, ConnectionSetup setup) {
        database = SimulatedDatabase.open(file, this, setup);
        return database;
    }

    @Override
    public Database openJournal(Path file, ConnectionSetup setup) {
        journal = SimulatedDatabase.open(file, new JournalDisk(), setup);
        return journal;
    }

    @Override
    public Transport openTransport(ActorId self) {
        return world.network.open(self, machine.address, newThread());
    }

    @Override
    public void later(Runnable task) {
        if (starting) {
            task.run(); // whoever starts a node waits for it
        } else {
            writer.execute(task);
        }
    }

    @Override
    public void whenFlushed(Runnable task) {
        world.time.in(machine.flushTime, () -> writer.execute(task));
    }

    @Override
    public boolean isDiskFull() {
        return machine.diskFull && !starting;
    }

    @Override
    public void committed() {
        if (!starting) {
            if (world.settings().rowNanos() > 0) {
                writer.busy(world.settings().rowNanos() * database().changedRows());
            }
            world.committed(this);
        }
    }

    /** The same disk, and a thread of its own that writes to it. */
    private final class JournalDisk implements SimulatedDatabase.Host {

        private final WorkerThread thread = new WorkerThread();

        @Override
        public void later(Runnable task) {
            thread.execute(task);
        }

        @Override
        public void whenFlushed(Runnable task) {
            world.time.in(machine.flushTime, () -> thread.execute(task));
        }

        @Override
        public boolean isDiskFull() {
            return NodeRun.this.isDiskFull();
        }

        @Override
        public void committed() {}
    }

    /** Takes what it is given in order, and does nothing while the machine is held up. */
    private final class WorkerThread implements Executor {

        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean planned;
        private long busyUntil;

        /** What it has just done has taken so long. */
        void busy(long nanos) {
            busyUntil = world.time.now() + nanos;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            plan();
        }

        private void plan() {
            if (!planned && !tasks.isEmpty()) {
                planned = true;
                long step = 1L + world.random.nextInt(MAX_STEP_NANOS);
                long heldUp = Math.max(0, Math.max(busyUntil, machine.heldUpUntil) - world.time.now());
                world.time.in(Duration.ofNanos(heldUp + step), this::run);
            }
        }

        private void run() {
            planned = false;
            if (dead) {
                tasks.clear();
                return;
            }
            if (machine.heldUpUntil <= world.time.now()) {
                Runnable task = tasks.remove();
                try {
                    task.run();
                } catch (RuntimeException e) {
                    world.failed(machine, e);
                }
            }
            plan();
        }
    }
}
