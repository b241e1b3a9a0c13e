package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.SubscriptionPlan;
import dev.corrosion.WriteResult;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.Database;
import dev.corrosion.transport.Transport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A whole node, as it runs in production, on a machine that is not a real one. */
public final class SimulatedNode {

    /** What the node's machine offers. Everything runs on the one thread of the simulation. */
    public interface Machine {

        Clock clock();

        /** Monotonic nanoseconds. */
        long nanos();

        Random newRandom();

        ActorId newActorId();

        /** A thread of the machine: what it is given runs in order, some time later. */
        Executor newThread();

        void schedule(Duration delay, Runnable task);

        Database openDatabase(Path file, ConnectionSetup setup);

        /** The one beside it. */
        Database openJournal(Path file, ConnectionSetup setup);

        Transport openTransport(ActorId self);
    }

    private final CorrosionNode node;

    private SimulatedNode(CorrosionNode node) {
        this.node = node;
    }

    /**
     * Starts a node.
     *
     * @param snapshotVersions from so many missing versions on it fetches a copy of a peer's database
     * @param skippedVersions so many of each actor do not count for that
     */
    public static SimulatedNode start(
            CorrosionOptions options, long snapshotVersions, long skippedVersions, Machine machine) {
        SnapshotPolicy policy = new SnapshotPolicy(snapshotVersions, 16L << 20, snapshotVersions, skippedVersions);
        return new SimulatedNode(CorrosionNode.open(options, policy, new MachineHost(machine)));
    }

    public ActorId actorId() {
        return node.actorId();
    }

    public CompletableFuture<WriteResult> write(List<Statement> statements) {
        return node.submit(statements);
    }

    public List<Row> query(String sql) {
        return query(Statement.of(sql));
    }

    public List<Row> query(Statement statement) {
        return node.query(statement);
    }

    public Flux<SubscriptionEvent> subscribe(String sql) {
        return node.subscribe(Statement.of(sql));
    }

    public Flux<SubscriptionEvent> subscribe(Statement statement, SubscriptionOptions options) {
        return node.subscribe(statement, options);
    }

    public Flux<List<Row>> live(Statement statement) {
        return node.live(statement);
    }

    public SubscriptionPlan explain(Statement statement) {
        return node.explain(statement);
    }

    /** The other members, as this node sees them. */
    public List<Member> members() {
        return node.membership().members().stream().map(MemberRecord::toMember).toList();
    }

    public NodeStatus status() {
        return node.status();
    }

    /** Completes when the goodbyes are sent; then {@link #stop}. */
    public CompletableFuture<Void> leave() {
        return node.leave();
    }

    public void stop() {
        node.release();
    }

    private record MachineHost(Machine machine) implements Host {

        @Override
        public Clock clock() {
            return machine.clock();
        }

        @Override
        public EventLoop newLoop() {
            return new Loop(machine, machine.newThread());
        }

        @Override
        public Random newRandom() {
            return machine.newRandom();
        }

        @Override
        public ActorId newActorId() {
            return machine.newActorId();
        }

        @Override
        public ExecutorService newExecutor(String name, int threads, int queued) {
            return new Threads(machine.newThread(), queued);
        }

        @Override
        public void pause(Duration duration) {} // what rests for so short a time need not

        @Override
        public Scheduler subscribers() {
            return Schedulers.fromExecutor(machine.newThread());
        }

        @Override
        public Database openDatabase(CorrosionOptions options, ConnectionSetup setup) {
            return machine.openDatabase(options.database(), setup);
        }

        @Override
        public Database openJournal(Path file, ConnectionSetup setup) {
            return machine.openJournal(file, setup);
        }

        @Override
        public Transport openTransport(CorrosionOptions options, ClusterBinding binding, ActorId self) {
            return machine.openTransport(self);
        }
    }

    private static final class Loop implements EventLoop {

        private final Machine machine;
        private final Executor thread;
        private boolean closed;

        Loop(Machine machine, Executor thread) {
            this.machine = machine;
            this.thread = thread;
        }

        @Override
        public long now() {
            return machine.nanos();
        }

        @Override
        public void execute(Runnable task) {
            thread.execute(() -> {
                if (!closed) {
                    task.run();
                }
            });
        }

        @Override
        public void schedule(Duration delay, Runnable task) {
            machine.schedule(delay, () -> execute(task));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** One thread for however many were asked for: what may run at once may also run one by one. */
    private static final class Threads extends AbstractExecutorService {

        private final Executor thread;
        private final int capacity;
        private int waiting;
        private boolean closed;

        Threads(Executor thread, int capacity) {
            this.thread = thread;
            this.capacity = capacity;
        }

        @Override
        public void execute(Runnable task) {
            if (closed || waiting > capacity) {
                throw new RejectedExecutionException("closed or full");
            }
            waiting++;
            thread.execute(() -> {
                waiting--;
                if (!closed) {
                    task.run();
                }
            });
        }

        @Override
        public void shutdown() {
            closed = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            closed = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return closed;
        }

        @Override
        public boolean isTerminated() {
            return closed;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
