package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.Database;
import dev.corrosion.transport.Transport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.scheduler.Scheduler;

/** This process, with another clock, and an event loop that can be kept busy. Of one node. */
final class TestHost implements Host {

    private final ProcessHost process = new ProcessHost();
    private final Clock clock;
    private final AtomicReference<EventLoop> loop = new AtomicReference<>();

    TestHost(Clock clock) {
        this.clock = clock;
    }

    /** Returns when the loop does nothing any more until the latch is counted down. */
    void holdLoop(CountDownLatch until) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        Objects.requireNonNull(loop.get(), "the node is not open").execute(() -> {
            held.countDown();
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        held.await();
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public EventLoop newLoop() {
        EventLoop made = process.newLoop();
        loop.set(made);
        return made;
    }

    @Override
    public Random newRandom() {
        return process.newRandom();
    }

    @Override
    public ActorId newActorId() {
        return process.newActorId();
    }

    @Override
    public ExecutorService newExecutor(String name, int threads, int queued) {
        return process.newExecutor(name, threads, queued);
    }

    @Override
    public Runnable every(String name, Duration interval, Runnable task) {
        return process.every(name, interval, task);
    }

    @Override
    public void pause(Duration duration) {
        process.pause(duration);
    }

    @Override
    public Scheduler subscribers() {
        return process.subscribers();
    }

    @Override
    public Database openDatabase(CorrosionOptions options, ConnectionSetup setup) {
        return process.openDatabase(options, setup);
    }

    @Override
    public Database openJournal(Path file, ConnectionSetup setup) {
        return process.openJournal(file, setup);
    }

    @Override
    public Transport openTransport(CorrosionOptions options, ClusterBinding binding, ActorId self) {
        return ClusterTransport.open(options, binding, self, clock);
    }
}
