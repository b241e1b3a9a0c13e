package dev.corrosion.store;

import java.time.Duration;

/**
 * Readers of the same file that are not those of the {@link Database}. They make room for a checkpoint as its own do,
 * since the WAL begins anew only at a moment when nobody reads from it. Called by the writer thread.
 */
public interface OtherReaders {

    /** Makes new reads wait and waits for those that run. To be followed by {@link #resume}, if it is true. */
    boolean pause(Duration patience);

    /**
     * The same, but reads that take longer than this are stopped.
     *
     * @param why what they are told
     */
    boolean pauseAfter(Duration patience, String why);

    /** Lets new reads go on. */
    void resume();
}
