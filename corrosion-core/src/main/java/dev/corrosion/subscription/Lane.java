package dev.corrosion.subscription;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Runs tasks one after the other, in their order, on threads that it shares. */
final class Lane {

    private final Executor executor;

    /** Guarded by this, as is {@link #running}. */
    private final Queue<Runnable> tasks = new ArrayDeque<>(2);

    private boolean running;

    Lane(Executor executor) {
        this.executor = executor;
    }

    /** Runs the task when it is its turn; it does not if the node is closing, and then this is false. */
    boolean execute(Runnable task) {
        synchronized (this) {
            tasks.add(task);
            if (running) {
                return true;
            }
            running = true;
        }
        return schedule();
    }

    private boolean schedule() {
        try {
            executor.execute(this::runNext);
            return true;
        } catch (RejectedExecutionException e) {
            synchronized (this) {
                tasks.clear();
                running = false;
            }
            return false;
        }
    }

    /** One task, and then the others' turn. */
    private void runNext() {
        Runnable task;
        synchronized (this) {
            task = tasks.poll();
        }
        try {
            if (task != null) {
                task.run();
            }
        } finally {
            boolean more;
            synchronized (this) {
                more = !tasks.isEmpty();
                running = more;
            }
            if (more) {
                schedule();
            }
        }
    }
}
