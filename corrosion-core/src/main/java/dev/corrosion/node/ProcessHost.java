package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Synchronous;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.Database;
import dev.corrosion.store.DatabaseOptions;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** This process: its clock, its threads, its files and its sockets. */
final class ProcessHost implements Host {

    private final SecureRandom seeds = new SecureRandom();

    /** Null for QUIC. */
    private final @Nullable TransportFactory transports;

    /** With sockets. */
    ProcessHost() {
        this.transports = null;
    }

    /** With another way to the others. */
    ProcessHost(TransportFactory transports) {
        this.transports = transports;
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public EventLoop newLoop() {
        return new ThreadLoop("node");
    }

    @Override
    public Random newRandom() {
        return new Random(seeds.nextLong());
    }

    @Override
    public ActorId newActorId() {
        return new ActorId(UUID.randomUUID());
    }

    @Override
    public ExecutorService newExecutor(String name, int threads, int queued) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(queued), task -> {
                    Thread thread = new Thread(task, "corrosion-" + name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    @Override
    public Runnable every(String name, Duration interval, Runnable task) {
        ThreadLoop loop = new ThreadLoop(name);
        repeat(loop, interval, task);
        return loop::close;
    }

    private static void repeat(ThreadLoop loop, Duration interval, Runnable task) {
        loop.schedule(interval, () -> {
            try {
                task.run();
            } finally {
                repeat(loop, interval, task);
            }
        });
    }

    @Override
    public void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }

    @Override
    public Scheduler subscribers() {
        return Schedulers.boundedElastic();
    }

    @Override
    public Database openDatabase(CorrosionOptions options, ConnectionSetup setup) {
        return Database.open(
                options.database(),
                new DatabaseOptions(options.synchronous(), options.writeTimeout(), options.queryTimeout()),
                setup);
    }

    @Override
    public Database openJournal(Path file, ConnectionSetup setup) {
        return Database.open(
                file,
                new DatabaseOptions(
                        Synchronous.FULL, CorrosionOptions.DEFAULT_TIMEOUT, CorrosionOptions.DEFAULT_TIMEOUT),
                setup);
    }

    @Override
    public void preload() {
        if (transports == null) {
            ClusterTransport.preload(newActorId(), clock());
        }
    }

    @Override
    public Transport openTransport(CorrosionOptions options, ClusterBinding binding, ActorId self) {
        return transports == null
                ? ClusterTransport.open(options, binding, self, clock())
                : transports.open(options, self);
    }
}
