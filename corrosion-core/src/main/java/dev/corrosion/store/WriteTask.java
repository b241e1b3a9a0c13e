package dev.corrosion.store;

import java.sql.Connection;
import java.sql.SQLException;

/** What is written as a whole or not at all; see {@link Database#write}. */
@FunctionalInterface
public interface WriteTask<T> {

    /**
     * Runs inside the transaction, on the writer thread. Must neither begin nor end transactions; whatever it throws
     * undoes all that it wrote. Runs again if its transaction is undone because of another that shares it, so what it
     * does outside the connection belongs into {@link #committed}.
     */
    T run(Connection connection) throws SQLException;

    /**
     * Runs on the writer thread after COMMIT and before the next transaction, in the order of {@link #run}, so that memory
     * changes in the order of the disk. Must not throw: there is no way back.
     */
    default void committed(T result) {}

    /** Whether it needs a transaction of its own. Others may share one with those that wait beside them. */
    default boolean solo() {
        return false;
    }

    /**
     * Whether it replaces the whole content, by {@link Contents#restore}, which is a transaction of its own: then it runs
     * outside one, alone, and what it throws before that undoes nothing.
     */
    default boolean replacesContent() {
        return false;
    }
}
