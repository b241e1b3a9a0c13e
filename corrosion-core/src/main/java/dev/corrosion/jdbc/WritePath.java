package dev.corrosion.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** How a transaction of the node is made: it is recorded, committed as one version and sent to the others. */
@FunctionalInterface
public interface WritePath {

    /** What happens inside the transaction. */
    @FunctionalInterface
    interface Body {
        /** Runs on the writer thread, inside the transaction; whatever it throws rolls everything back. */
        void run(Connection connection) throws SQLException;
    }

    /**
     * Runs the body as a transaction that shares its commit with no other.
     *
     * @param timeout how long it may wait and run altogether
     * @return completes after the commit; fails with what the body threw, or with the reason for which nothing can be
     *     written. Who cancels it before its turn leaves nothing behind in the queue
     */
    CompletableFuture<?> write(Body body, Duration timeout);
}
