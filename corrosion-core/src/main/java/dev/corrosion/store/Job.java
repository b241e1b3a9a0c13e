package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A task on its way through the writer. It waits, is taken by the writer, perhaps put back because the transaction that
 * it shared was undone by another, and is settled once. Who completes its future before that stops it.
 */
final class Job<T> implements Watchdog.Watched {

    /** How long it may keep those waiting for the COMMIT that ran before it; then it runs again, alone. */
    static final long MAX_HOLD_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private enum State {
        WAITING,
        TAKEN,
        SETTLED
    }

    private record Result<T>(T value) {}

    /** Why a task is stopped that will run again. */
    private static final class HoldsUpOthers extends CorrosionException {

        private static final long serialVersionUID = 1;

        HoldsUpOthers() {
            super("takes too long to share a transaction");
        }
    }

    private final WriteTask<T> task;
    private final Lane lane;
    private final @Nullable Duration timeout;
    private final long deadline;
    private final WriteQueue queue;
    private final Watchdog watchdog;
    private final CompletableFuture<T> future = new Outcome<>();
    private final Running running = new Running();
    private volatile boolean alone;

    /** Guarded by this, as are {@link #begun} and {@link #holdsUpOthers}. */
    private State state = State.WAITING;

    private long begun;
    private boolean holdsUpOthers;

    /** For the writer thread. */
    private @Nullable Result<T> result;

    /** @param timeout how long it may wait and run altogether; null for no bound */
    Job(WriteTask<T> task, Lane lane, @Nullable Duration timeout, WriteQueue queue, Watchdog watchdog) {
        this.task = task;
        this.lane = lane;
        this.timeout = timeout;
        this.deadline = timeout == null ? 0 : System.nanoTime() + timeout.toNanos();
        this.queue = queue;
        this.watchdog = watchdog;
        this.alone = lane != Lane.LOCAL || task.solo();
    }

    boolean replacesContent() {
        return task.replacesContent();
    }

    Lane lane() {
        return lane;
    }

    /** Whether others may be in its transaction. */
    boolean mayShare() {
        return !alone;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the listener
    CompletableFuture<T> submit() {
        future.whenComplete((done, failure) -> completed());
        watchdog.watch(this);
        try {
            queue.add(this);
        } catch (DatabaseClosedException | OverloadedException e) {
            fail(e);
        }
        return future;
    }

    /** Taken from the queue. False if it is settled by now, and must not run. */
    synchronized boolean take() {
        if (state == State.WAITING && future.isDone()) {
            settle(); // given up by its holder before it was put back
        }
        if (state != State.WAITING) {
            return false;
        }
        state = State.TAKEN;
        return true;
    }

    /** @param after whether others wait for the COMMIT already */
    void run(Connection connection, boolean after) throws SQLException {
        running.begin(connection);
        synchronized (this) {
            begun = System.nanoTime();
            holdsUpOthers = after;
        }
        try {
            if (future.isDone()) {
                throw stopped();
            }
            result = new Result<>(task.run(connection));
        } catch (Throwable e) {
            CorrosionException reason = running.end();
            if (reason == null) {
                throw e;
            }
            reason.addSuppressed(e);
            throw reason;
        }
        CorrosionException reason = running.end();
        if (reason != null) {
            throw reason;
        }
    }

    /** Whether it ended by this because it was in the way of others, and is to be put back. */
    boolean isToRunAlone(Throwable failure) {
        return failure instanceof HoldsUpOthers;
    }

    synchronized void putBackAlone() {
        alone = true;
        putBack();
    }

    synchronized void putBack() {
        state = State.WAITING;
        holdsUpOthers = false;
        result = null;
    }

    /** After the COMMIT. */
    void committed() {
        T value = Objects.requireNonNull(result).value();
        task.committed(value);
        settle();
        future.complete(value);
    }

    void fail(Throwable failure) {
        settle();
        future.completeExceptionally(failure);
    }

    private void settle() {
        synchronized (this) {
            state = State.SETTLED;
        }
        watchdog.forget(this);
    }

    private void completed() {
        synchronized (this) {
            if (state == State.SETTLED) {
                return;
            }
            if (state == State.TAKEN) {
                running.stop(Job::stopped);
                return;
            }
            state = State.SETTLED;
        }
        queue.remove(this);
        watchdog.forget(this);
    }

    private static CorrosionException stopped() {
        return new CorrosionException("the write was given up by its caller; nothing was written");
    }

    @Override
    public void check(long now) {
        synchronized (this) {
            if (state == State.TAKEN) {
                supervise(now);
            }
            if (state != State.WAITING || !isLate(now)) {
                return;
            }
            state = State.SETTLED;
        }
        queue.remove(this);
        watchdog.forget(this);
        future.completeExceptionally(new DeadlineException("the write waited " + seconds()
                + " for its turn and was given up; nothing was written. The writes before it take too long:"
                + " make them fewer or smaller, or raise the write timeout"));
    }

    private void supervise(long now) {
        running.insist();
        if (isLate(now)) {
            running.stop(() -> new DeadlineException("the write was not done within " + seconds()
                    + " and was stopped; nothing was written. Make it smaller, or raise the write timeout"));
        } else if (holdsUpOthers && now - begun > MAX_HOLD_UP_NANOS) {
            running.stop(HoldsUpOthers::new);
        }
    }

    private boolean isLate(long now) {
        return timeout != null && now - deadline >= 0;
    }

    private String seconds() {
        return timeout == null ? "" : DatabaseOptions.seconds(timeout);
    }
}
