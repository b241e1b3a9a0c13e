package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import dev.corrosion.Synchronous;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    public static final int MAX_ROW_BYTES = MAX_VALUE_BYTES + ENVELOPE_BYTES;

    private static final Logger log = LoggerFactory.getLogger(Database.class);

    private final Path file;
    private final DatabaseLock lock;
    private final DatabaseOptions options;
    private final Watchdog watchdog;
    private final Writer writer;
    private final Readers readers;

    /** Null if COMMIT itself waits for the disk. */
    private final @Nullable Durability durability;

    private Database(
            Path file, DatabaseLock lock, DatabaseOptions options, Connection connection, ConnectionSetup setup) {
        this.file = file;
        this.lock = lock;
        this.options = options;
        this.watchdog = new Watchdog();
        this.readers = new Readers(file, watchdog);
        this.writer = new Writer(connection, setup, watchdog, new Checkpoints(connection, wal(file), readers));
        this.durability = options.synchronous() == Synchronous.FULL ? null : new Durability(wal(file));
    }

    /** The same with {@link DatabaseOptions#DEFAULTS}. */
    public static Database open(Path file, ConnectionSetup setup) {
        return open(file, DatabaseOptions.DEFAULTS, setup);
    }

    /**
     * Opens the file, or makes it and its directories, and lets the setup prepare the writer connection.
     *
     * @throws CorrosionException if another node has the file, if it is damaged or no database, or if the setup fails
     */
    public static Database open(Path file, DatabaseOptions options, ConnectionSetup setup) {
        Path absolute = file.toAbsolutePath().normalize();
        if (absolute.toString().indexOf('?') >= 0) {
            throw new CorrosionException("the path of the database must not contain '?': " + absolute);
        }
        createDirectories(absolute);
        DatabaseLock lock = DatabaseLock.take(absolute);
        Connection connection = null;
        boolean opened = false;
        try {
            connection = Connections.writer(absolute, options.synchronous());
            setup.configure(connection);
            Database database = new Database(absolute, lock, options, connection, setup);
            opened = true;
            return database;
        } catch (SQLException e) {
            throw new CorrosionException("cannot prepare the database " + absolute + ": " + SqlErrors.explain(e), e);
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
        return size(file) + size(wal(file));
    }

    private static Path wal(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new CorrosionException("cannot read the size of " + file + ": " + e, e);
        }
    }

    /** The same with the timeout of the options. */
    public <T> CompletableFuture<T> write(WriteTask<T> task) {
        return write(task, options.writeTimeout());
    }

    /**
     * Writes what the task writes, as a whole, after all that were given before it here. It may share a COMMIT with
     * those that wait beside it, but neither sees another's failure. When the returned future is cancelled or completed
     * by its holder, the task does not run any more, or is stopped and undone, unless all that it lacks is the COMMIT.
     *
     * @param timeout how long it may wait and run altogether
     * @return completes after the COMMIT and {@link WriteTask#committed}. Fails with what the task threw ({@link
     *     SQLException} as {@link CorrosionException}), with {@link DeadlineException}, or at once with {@link
     *     OverloadedException} if too many writes wait or {@link DatabaseClosedException}; then nothing of the task
     *     remains. What hangs on it runs on threads of the database and must not block
     */
    public <T> CompletableFuture<T> write(WriteTask<T> task, Duration timeout) {
        return writer.submit(task, Lane.LOCAL, DatabaseOptions.requireTimeout(timeout));
    }

    /**
     * The same for the node's own work, such as applying what other nodes wrote, in a transaction of its own. It takes
     * turns with the writes of the application, and is neither refused nor late, since that would throw away what has
     * already arrived. The caller bounds it instead, by having no more than a handful of these outstanding.
     */
    public <T> CompletableFuture<T> writeInternal(WriteTask<T> task) {
        return writer.submit(task, Lane.APPLY, null);
    }

    /**
     * The same for housekeeping, in a transaction of its own: small steps, so that others get their turns in between.
     * Fails with {@link OverloadedException} if too much of it waits.
     */
    public <T> CompletableFuture<T> maintain(WriteTask<T> task) {
        return writer.submit(task, Lane.MAINTENANCE, null);
    }

    /** The same with the timeout of the options. */
    public <T> T read(ReadTask<T> task) {
        return read(task, options.readTimeout());
    }

    /**
     * Runs the task on the caller's thread against one snapshot, the last committed state.
     *
     * @param timeout how long it may wait and run altogether
     * @throws DeadlineException if it took longer and was stopped, or was stopped because the WAL grew too large behind
     *     its snapshot
     * @throws OverloadedException if no connection was free in time
     * @throws CorrosionException if SQLite fails
     */
    public <T> T read(ReadTask<T> task, Duration timeout) {
        return readers.read(task, DatabaseOptions.requireTimeout(timeout));
    }

    /**
     * Runs the task once everything that is committed now is on disk, after the tasks that were given before. To be
     * called on the writer thread; the task runs there or on another thread, and must not block.
     */
    public void whenDurable(Runnable task) {
        if (durability == null) {
            task.run();
        } else {
            durability.whenDurable(task);
        }
    }

    /**
     * Looks through the whole file for damage, as {@code PRAGMA quick_check} does. Takes time in proportion to its size,
     * and holds on to one snapshot meanwhile, so while much is written it may be stopped as any long read.
     *
     * @return what is damaged, in SQLite's words; empty if nothing is
     */
    public List<String> verify() {
        try {
            return readers.read(Database::quickCheck, DatabaseOptions.MAX_TIMEOUT);
        } catch (CorrosionException e) {
            if (SqlErrors.endsWriting(e)) {
                return List.of(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private static List<String> quickCheck(Connection connection) throws SQLException {
        List<String> damage = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check")) {
            while (rows.next()) {
                damage.add(rows.getString(1));
            }
        }
        return damage.equals(List.of("ok")) ? List.of() : List.copyOf(damage);
    }

    /** Lets others read the file by connections of their own, which make room for checkpoints. To be called once. */
    public void share(OtherReaders others) {
        readers.share(others);
    }

    /** Why nothing can be written until the file is opened again, if the writer has ended. */
    public Optional<Throwable> writerFailure() {
        Optional<Throwable> failure = writer.failure();
        return failure.isPresent() || durability == null
                ? failure
                : durability.failure().map(e -> e);
    }

    /** Finishes the writes that wait, moves the WAL into the file and closes it. A second call does nothing. */
    @Override
    public void close() {
        try (lock;
                watchdog) {
            readers.close();
            writer.close();
            if (durability != null) {
                durability.close();
            }
        }
    }
}
