package dev.corrosion.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a room above hangs on the writer connection: functions, tables of its own, and memory that follows the disk.
 *
 * <p>Everything is called by one thread at a time: {@link #configure} by the one that opens the database, the rest by
 * the writer thread.
 */
@FunctionalInterface
public interface ConnectionSetup {

    /** Called once, before the first write, outside a transaction. A failure fails the opening. */
    void configure(Connection connection) throws SQLException;

    /** Called after each COMMIT, before the task that made it hears of it. */
    default void committed() {}

    /** Called after each transaction that did not come to be, however it ended. */
    default void rolledBack() {}

    /**
     * Called after the work of the running task alone was undone, within a transaction that goes on with what earlier
     * tasks have done in it.
     */
    default void undone() {}

    /** Called before the connection closes in order, outside a transaction. */
    default void closing(Connection connection) throws SQLException {}

    /**
     * Called last.
     *
     * @param complete everything is in the file, and on disk
     */
    default void closed(boolean complete) {}
}
