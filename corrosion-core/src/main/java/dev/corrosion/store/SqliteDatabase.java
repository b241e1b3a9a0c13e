package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import dev.corrosion.Synchronous;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In WAL mode: one writer connection that belongs to one thread, and a bounded pool of connections that can only read. No
 * other node or process can open the same file through this class.
 */
final class SqliteDatabase implements Database {

    private static final Logger log = LoggerFactory.getLogger(SqliteDatabase.class);

    private final Path file;
    private final DatabaseLock lock;
    private final DatabaseOptions options;
    private final Watchdog watchdog;
    private final Writer writer;
    private final Readers readers;

    /** Null if COMMIT itself waits for the disk. */
    private final @Nullable Durability durability;

    private SqliteDatabase(
            Path file,
            DatabaseLock lock,
            DatabaseOptions options,
            Connection connection,
            @Nullable FileChannel wal,
            ConnectionSetup setup) {
        this.file = file;
        this.lock = lock;
        this.options = options;
        this.watchdog = new Watchdog();
        Lock commits = new ReentrantLock();
        this.readers = new Readers(file, watchdog, commits);
        this.writer = new Writer(connection, setup, watchdog, new Checkpoints(connection, wal(file), readers), commits);
        this.durability = wal == null ? null : new Durability(wal, writer::end);
    }

    static SqliteDatabase open(Path file, DatabaseOptions options, ConnectionSetup setup) {
        Path real = resolve(file.toAbsolutePath().normalize());
        if (real.toString().indexOf('?') >= 0) {
            throw new CorrosionException("the path of the database must not contain '?': " + real);
        }
        DatabaseLock lock = DatabaseLock.take(real);
        Connection connection = null;
        FileChannel wal = null;
        boolean opened = false;
        try {
            connection = Connections.writer(real, options.synchronous());
            if (options.synchronous() != Synchronous.FULL) {
                // Now, and not when it is first needed: what is committed then could not be taken back.
                wal = FileChannel.open(wal(real), StandardOpenOption.READ, StandardOpenOption.WRITE);
            }
            setup.configure(connection);
            SqliteDatabase database = new SqliteDatabase(real, lock, options, connection, wal, setup);
            opened = true;
            return database;
        } catch (SQLException e) {
            throw new CorrosionException("cannot prepare the database " + real + ": " + SqlErrors.explain(e), e);
        } catch (IOException e) {
            throw new CorrosionException("cannot open the WAL of the database " + real + ": " + e, e);
        } finally {
            if (!opened) {
                abandon(connection, wal, lock);
            }
        }
    }

    private static void abandon(@Nullable Connection connection, @Nullable FileChannel wal, DatabaseLock lock) {
        try (lock;
                wal;
                connection) {
            // all go, the lock last
        } catch (SQLException | IOException e) {
            log.warn("a database that failed to open did not close either: {}", e.toString());
        }
    }

    /**
     * Where the file is, without links: that is where SQLite puts the WAL, and the one name by which a second node on the
     * same file is found. Makes its directories.
     */
    private static Path resolve(Path file) {
        Path directory = Objects.requireNonNullElse(file.getParent(), file);
        try {
            if (!Files.isDirectory(
                    directory)) { // of a link to one, createDirectories() of Java 17 says that it is none
                Files.createDirectories(directory);
            }
            if (Files.exists(file)) {
                return file.toRealPath();
            }
            if (Files.isSymbolicLink(file)) {
                throw new CorrosionException("the database " + file + " is a symbolic link to a file that is not there;"
                        + " make that file, empty, or remove the link");
            }
            return directory.toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            throw new CorrosionException("cannot find or make the directory of the database " + file + ": " + e, e);
        }
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
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

    @Override
    public <T> CompletableFuture<T> write(WriteTask<T> task) {
        return write(task, options.writeTimeout());
    }

    @Override
    public <T> CompletableFuture<T> write(WriteTask<T> task, Duration timeout) {
        return writer.submit(task, Lane.LOCAL, DatabaseOptions.requireTimeout(timeout));
    }

    @Override
    public <T> CompletableFuture<T> writeInternal(WriteTask<T> task) {
        return writer.submit(task, Lane.APPLY, null);
    }

    @Override
    public <T> CompletableFuture<T> maintain(WriteTask<T> task) {
        return writer.submit(task, Lane.MAINTENANCE, null);
    }

    @Override
    public <T> T read(ReadTask<T> task) {
        return read(task, options.readTimeout());
    }

    @Override
    public <T> T read(ReadTask<T> task, Duration timeout) {
        return readers.read(task, DatabaseOptions.requireTimeout(timeout));
    }

    @Override
    public <T> T readBetweenCommits(Runnable between, ReadTask<T> task) {
        return readers.read(task, options.readTimeout(), between);
    }

    @Override
    public void whenDurable(Runnable task) {
        if (durability == null) {
            task.run();
        } else {
            durability.whenDurable(task);
        }
    }

    @Override
    public List<String> verify() {
        try {
            return readers.read(SqliteDatabase::quickCheck, DatabaseOptions.MAX_TIMEOUT);
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

    @Override
    public Connection openReader(int cacheKib) {
        return Connections.reader(file, cacheKib);
    }

    @Override
    public void share(OtherReaders others) {
        readers.share(others);
    }

    @Override
    public Optional<Throwable> writerFailure() {
        Optional<Throwable> failure = writer.failure();
        return failure.isPresent() || durability == null ? failure : durability.failure();
    }

    @Override
    public DatabaseLoad load() {
        return writer.load(size(file), size(wal(file)));
    }

    @Override
    public Occupation writer() {
        return writer.occupation();
    }

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
