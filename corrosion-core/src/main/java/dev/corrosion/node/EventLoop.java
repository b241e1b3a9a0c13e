package dev.corrosion.node;

import java.time.Duration;

/** The one owner of the state machines of a node. Tasks run in order and must not block. Safe for any thread. */
interface EventLoop extends AutoCloseable {

    /** Monotonic, in nanoseconds: the time of the state machines. */
    long now();

    void execute(Runnable task);

    void schedule(Duration delay, Runnable task);

    /** Drops what has not run. */
    @Override
    void close();
}
