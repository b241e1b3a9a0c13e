package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** A read that runs, and what ends it. */
final class RunningRead implements Watchdog.Watched {

    private final Running running = new Running();

    /** Guarded by this, as is {@link #late}. */
    private long deadline;

    private String late;

    /** @param begun when it began to wait for its turn */
    RunningRead(long begun, Duration timeout) {
        this.deadline = begun + timeout.toNanos();
        this.late = "the read was not done within " + DatabaseOptions.seconds(timeout)
                + " and was stopped. Make the query cheaper, by an index or a LIMIT, or raise the query timeout";
    }

    <T> T run(ReadTask<T> task, Connection connection) throws SQLException {
        running.begin(connection);
        T result;
        try {
            result = task.run(connection);
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
        return result;
    }

    /** Moves its deadline forward, unless it is earlier already. */
    synchronized void hurry(long until, String why) {
        if (until - deadline < 0) {
            deadline = until;
            late = why;
        }
    }

    void stop(CorrosionException reason) {
        running.stop(() -> reason);
    }

    @Override
    public synchronized void check(long now) {
        running.insist();
        if (now - deadline >= 0) {
            running.stop(() -> new DeadlineException(late));
        }
    }
}
