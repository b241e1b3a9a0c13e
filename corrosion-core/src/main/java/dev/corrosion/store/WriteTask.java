package dev.corrosion.store;

import java.sql.Connection;
import java.sql.SQLException;

/** The body of one write transaction; see {@link Database#write}. */
@FunctionalInterface
public interface WriteTask<T> {

    /**
     * Runs inside the transaction, on the writer thread. Must neither begin nor end transactions; whatever it throws
     * rolls everything back.
     */
    T run(Connection connection) throws SQLException;

    /** Whether it shares its commit with no other task. */
    default boolean solo() {
        return false;
    }

    /**
     * Runs on the writer thread after COMMIT and before the next transaction, so that memory changes in the order of
     * the disk. Must not throw: there is no way back.
     */
    default void committed(T result) {}
}
