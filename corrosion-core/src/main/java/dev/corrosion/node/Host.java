package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.Database;
import dev.corrosion.transport.Transport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import reactor.core.scheduler.Scheduler;

/**
 * What a node needs of the machine that it runs on: time, chance, threads, a disk and a network. All that it does not compute
 * itself comes from here, so that a simulation can give it another world.
 */
interface Host {

    Clock clock();

    /** The loop of the state machines. The node closes it. */
    EventLoop newLoop();

    /** A source of chance of its own for whoever asks, as a {@link Random} is slow when it is shared. */
    Random newRandom();

    /** An identity that no node has had before. */
    ActorId newActorId();

    /**
     * Threads of their own for work that may block. The node closes them.
     *
     * @param name of what it is for
     * @param threads how many run at a time
     * @param queued how many tasks may wait for them; further ones are rejected
     */
    ExecutorService newExecutor(String name, int threads, int queued);

    /**
     * Runs a task again and again, on a thread of its own.
     *
     * @param name of what it is for
     * @return ends it
     */
    Runnable every(String name, Duration interval, Runnable task);

    /** Lets the thread of one of these executors rest. */
    void pause(Duration duration);

    /** Where subscribers are called, who may block. */
    Scheduler subscribers();

    Database openDatabase(CorrosionOptions options, ConnectionSetup setup);

    /** A database beside it, where what is committed is on disk. */
    Database openJournal(Path file, ConnectionSetup setup);

    Transport openTransport(CorrosionOptions options, ClusterBinding binding, ActorId self);

    /** Loads what the first transport of the process would load. */
    default void preload() {}
}
