package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One SQLite file in WAL mode: one writer connection that belongs to one thread, and a bounded pool of connections that
 * can only read. No other node or process can open the same file through this class. Safe for any thread.
 */
public final class Database implements AutoCloseable {

    /** The longest value that may be replicated, together with the key of its row: it must fit into one message. */
    public static final int MAX_VALUE_BYTES = 8 * 1024 * 1024;

    /** What may surround a value where it is kept on its way: names, numbers and the changes before it. */
    public static final int ENVELOPE_BYTES = 1024 * 1024;

    /** The longest value, and the longest row, that SQLite takes on the writer. */
    static final int MAX_ROW_BYTES = MAX_VALUE_BYTES + ENVELOPE_BYTES;

    private static final Logger log = LoggerFactory.getLogger(Database.class);

    private final Path file;
    private final DatabaseLock lock;
    private final Writer writer;
    private final Readers readers;

    private Database(Path file, DatabaseLock lock, Writer writer, Readers readers) {
        this.file = file;
        this.lock = lock;
        this.writer = writer;
        this.readers = readers;
    }

    /**
     * Opens the file, or makes it and its directories, and lets the setup prepare the writer connection.
     *
     * @throws CorrosionException if another node has the file, if it is damaged or no database, or if the setup fails
     */
    public static Database open(Path file, ConnectionSetup setup) {
        Path absolute = file.toAbsolutePath().normalize();
        if (absolute.toString().indexOf('?') >= 0) {
            throw new CorrosionException("the path of the database must not contain '?': " + absolute);
        }
        createDirectories(absolute);
        DatabaseLock lock = DatabaseLock.take(absolute);
        Connection connection = null;
        boolean opened = false;
        try {
            connection = Connections.writer(absolute);
            setup.configure(connection);
            Database database = new Database(absolute, lock, new Writer(connection, setup), new Readers(absolute));
            opened = true;
            return database;
        } catch (SQLException e) {
            throw new CorrosionException("cannot prepare the database " + absolute + ": " + SqlErrors.reason(e), e);
        } finally {
            if (!opened) {
                abandon(connection, lock);
            }
        }
    }

    private static void abandon(@Nullable Connection connection, DatabaseLock lock) {
        try (lock) {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            log.warn("a database that failed to open did not close either: {}", e.toString());
        }
    }

    private static void createDirectories(Path file) {
        Path directory = file.getParent();
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            throw new CorrosionException("cannot make the directory of the database " + file + ": " + e, e);
        }
    }

    public Path file() {
        return file;
    }

    /** Size of the file and its WAL. */
    public long bytes() {
        return size(file) + size(file.resolveSibling(file.getFileName() + "-wal"));
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new CorrosionException("cannot read the size of " + file + ": " + e, e);
        }
    }

    /**
     * Runs the task as one transaction after all that were given before it.
     *
     * @return completes on the writer thread, after {@link WriteTask#committed}; what hangs on it must not block. Fails
     *     with what the task threw ({@link SQLException} as {@link CorrosionException}), or at once with {@link
     *     OverloadedException} if too many writes wait or {@link DatabaseClosedException}; then nothing of the task
     *     remains
     */
    public <T> CompletableFuture<T> write(WriteTask<T> task) {
        return writer.submit(task, Writer.MAX_QUEUED_WRITES);
    }

    /**
     * The same for the node's own work, such as applying what other nodes wrote: it takes its place behind the writes
     * that wait, but is never refused because of them, since refusing it would throw away what has already arrived. The
     * caller bounds it instead, by having no more than a handful of these outstanding.
     */
    public <T> CompletableFuture<T> writeInternal(WriteTask<T> task) {
        return writer.submit(task, Integer.MAX_VALUE);
    }

    /**
     * Runs the task on the caller's thread against one snapshot, the last committed state.
     *
     * @throws CorrosionException if SQLite fails, or no connection was free in time
     */
    public <T> T read(ReadTask<T> task) {
        return readers.read(task);
    }

    /** Why nothing can be written until the file is opened again, if the writer has ended. */
    public Optional<Throwable> writerFailure() {
        return writer.failure();
    }

    /** Finishes the writes that wait, moves the WAL into the file and closes it. A second call does nothing. */
    @Override
    public void close() {
        try (lock) {
            readers.close();
            writer.close();
        }
    }
}
