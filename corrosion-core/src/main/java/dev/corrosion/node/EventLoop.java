package dev.corrosion.node;

import dev.corrosion.store.Occupation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one owner of the state machines of a node. Tasks run in order and must not block. Safe for any thread. */
interface EventLoop extends AutoCloseable {

    /** Monotonic, in nanoseconds: the time of the state machines. */
    long now();

    void execute(Runnable task);

    void schedule(Duration delay, Runnable task);

    /**
     * The same for a task that mostly turns out not to be needed.
     *
     * @return takes the task back if it has not run; any thread
     */
    default Runnable scheduleRevocable(Duration delay, Runnable task) {
        AtomicBoolean over = new AtomicBoolean();
        schedule(delay, () -> {
            if (over.compareAndSet(false, true)) {
                task.run();
            }
        });
        return () -> over.set(true);
    }

    /** What its thread is at. */
    Occupation occupation();

    /** Drops what has not run. */
    @Override
    void close();
}
