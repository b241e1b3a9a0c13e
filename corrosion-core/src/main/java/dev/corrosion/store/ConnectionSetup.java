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

    /**
     * Called once after each COMMIT, before the tasks that were in it hear of it. There is no way back: what it throws
     * ends the writer.
     */
    default void committed() {}

    /** Called after each transaction that did not come to be, however it ended. */
    default void rolledBack() {}

    /** Called within a transaction before a task joins those that have run in it: {@link #undone} goes back to here. */
    default void saved() {}

    /**
     * Called when the work of the task that ran last was undone, and only that: the transaction goes on, and what the
     * tasks before it did in it stays.
     */
    default void undone() {}

    /** Called when the whole content was replaced, before {@link #committed}: what is in memory is of the former one. */
    default void replaced(Connection connection) throws SQLException {}

    /** Called before the connection closes in order, outside a transaction. */
    default void closing(Connection connection) throws SQLException {}

    /**
     * Called last.
     *
     * @param complete everything is in the file, and on disk
     */
    default void closed(boolean complete) {}
}
