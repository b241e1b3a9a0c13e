package dev.corrosion.subscription;

import java.sql.SQLException;

/** Something that is written to the {@link Journal}, or read from it. */
interface JournalTask {

    /**
     * Does it, or a part of it, in a transaction that others share. It may run again, if that does not come to be, so what it
     * remembers belongs into {@link #written}. On the thread that writes the journal.
     */
    void write(JournalTables tables) throws SQLException;

    /** Whether the next {@link #write} does all that is left of it. */
    default boolean isLastPart() {
        return true;
    }

    /** What the last {@link #write} did is on disk. In the order in which the tasks were added, one at a time. */
    void written();

    /** It could not be done; {@link #write} does not run any more. In order, too. */
    void failed(Throwable reason);

    /** How many rows the next part writes, roughly. */
    int rows();

    /** What it takes of memory while it waits. */
    default long bytes() {
        return 0;
    }
}
