package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One SQLite file with one writer and any number of readers. Safe for any thread, unless said otherwise.
 */
public interface Database extends AutoCloseable {
    /** The longest value that may be replicated, together with the key of its row: it must fit into one message. */
    int MAX_VALUE_BYTES = 8 * 1024 * 1024;

    /** What may surround a value where it is kept on its way: names, numbers and the changes before it. */
    int ENVELOPE_BYTES = 1024 * 1024;

    /** The longest value, and the longest row, that SQLite takes on the writer. */
    int MAX_ROW_BYTES = MAX_VALUE_BYTES + ENVELOPE_BYTES;

    /** The same with {@link DatabaseOptions#DEFAULTS}. */
    static Database open(Path file, ConnectionSetup setup) {
        return open(file, DatabaseOptions.DEFAULTS, setup);
    }

    /**
     * Opens the file, or makes it and its directories, and lets the setup prepare the writer connection.
     *
     * @throws CorrosionException if another node has the file, if it is damaged or no database, or if the setup fails
     */
    static Database open(Path file, DatabaseOptions options, ConnectionSetup setup) {
        return SqliteDatabase.open(file, options, setup);
    }

    /**
     * Loads the driver and SQLite itself, which the first {@link #open} would do otherwise.
     *
     * @throws CorrosionException if this platform has no SQLite
     */
    static void preload() {
        Connections.preload();
    }

    Path file();

    /** Size of the file and its WAL. */
    long bytes();

    /** The same with the timeout of the options. */
    <T> CompletableFuture<T> write(WriteTask<T> task);

    /**
     * Writes what the task writes, as a whole, after all that were given before it here. It may share a COMMIT with
     * those that wait beside it, but neither sees another's failure. When the returned future is cancelled or completed
     * by its holder, or one that was made of it is cancelled, the task does not run any more, or is stopped and undone,
     * unless all that it lacks is the COMMIT.
     *
     * @param timeout how long it may wait and run altogether
     * @return completes after the COMMIT and {@link WriteTask#committed}. Fails with what the task threw ({@link
     *     SQLException} as {@link CorrosionException}), with {@link DeadlineException}, or at once with {@link
     *     OverloadedException} if too many writes wait or {@link DatabaseClosedException}; then nothing of the task
     *     remains. What hangs on it runs on threads of the database and must not block
     */
    <T> CompletableFuture<T> write(WriteTask<T> task, Duration timeout);

    /**
     * The same for the node's own work, such as applying what other nodes wrote, in a transaction of its own. It takes
     * turns with the writes of the application, and is neither refused nor late, since that would throw away what has
     * already arrived. The caller bounds it instead, by having no more than a handful of these outstanding.
     */
    <T> CompletableFuture<T> writeInternal(WriteTask<T> task);

    /**
     * The same for housekeeping, in a transaction of its own: small steps, so that others get their turns in between.
     * Fails with {@link OverloadedException} if too much of it waits.
     */
    <T> CompletableFuture<T> maintain(WriteTask<T> task);

    /** The same with the timeout of the options. */
    <T> T read(ReadTask<T> task);

    /**
     * Runs the task on the caller's thread against one snapshot, the last committed state.
     *
     * @param timeout how long it may wait and run altogether
     * @throws DeadlineException if it took longer and was stopped, or was stopped because the WAL grew too large behind
     *     its snapshot
     * @throws OverloadedException if no connection was free in time
     * @throws CorrosionException if SQLite fails
     */
    <T> T read(ReadTask<T> task, Duration timeout);

    /**
     * The same with a snapshot of which it is known what is in it: no commit, and no {@link WriteTask#committed} of one, is
     * between the moment of the snapshot and {@code between}. So what the writer thread has told of its commits until
     * then, and nothing else, is in the snapshot.
     *
     * @param between must not block, since no write ends meanwhile
     */
    <T> T readBetweenCommits(Runnable between, ReadTask<T> task);

    /**
     * Runs the task once everything that is committed now is on disk, after the tasks that were given before. To be
     * called on the writer thread; the task runs there or on another thread, and must not block.
     */
    void whenDurable(Runnable task);

    /**
     * Looks through the whole file for damage, as {@code PRAGMA quick_check} does. Takes time in proportion to its size,
     * and holds on to one snapshot meanwhile, so while much is written it may be stopped as any long read.
     *
     * @return what is damaged, in SQLite's words; empty if nothing is
     */
    List<String> verify();

    /**
     * Opens a connection that cannot write, for {@link OtherReaders}. Whoever has it closes it.
     *
     * @param cacheKib its page cache
     * @throws CorrosionException if SQLite fails
     */
    Connection openReader(int cacheKib);

    /** Lets others read the file by connections of their own, which make room for checkpoints. To be called once. */
    void share(OtherReaders others);

    /** Why nothing can be written until the file is opened again, if the writer has ended. */
    Optional<Throwable> writerFailure();

    /** Sizes and queues. Does not block. */
    DatabaseLoad load();

    /** What the writer is at: a transaction, or moving the WAL. */
    Occupation writer();

    /** Finishes the writes that wait, moves the WAL into the file and closes it. A second call does nothing. */
    @Override
    void close();
}
