package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import dev.corrosion.Synchronous;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A real SQLite file without threads: what is to be written is written when its host has got to it, and what is written
 * is safe from a power failure when its disk has got to that.
 */
public final class SimulatedDatabase implements Database {

    /** The host that it is on. */
    public interface Host {

        /** Runs the task when the host gets to it, after those before. */
        void later(Runnable task);

        /** Runs the task when the disk has flushed what it was given. */
        void whenFlushed(Runnable task);

        /** Whether the disk takes no more. */
        boolean isDiskFull();

        /** A transaction is committed, and memory has followed. */
        void committed();
    }

    private static final long CHECKPOINT_BYTES = 256 << 10;

    private final Path file;
    private final Host host;
    private final ConnectionSetup setup;
    private final Connection connection;
    private final Connection reader;
    private final Transaction transaction;
    private long flushedBytes;

    /** How often the WAL was emptied. */
    private long generation;

    /** Rows written by all transactions up to now. */
    private long rows;

    private boolean closed;

    private SimulatedDatabase(Path file, Host host, ConnectionSetup setup) throws SQLException {
        this.file = file;
        this.host = host;
        this.setup = setup;
        this.connection = Connections.writer(file, Synchronous.NORMAL);
        setup.configure(connection);
        this.transaction = new Transaction(connection);
        this.reader = Connections.reader(file, Connections.READER_CACHE_KIB);
        try (Statement statement = reader.createStatement()) {
            // SQLite loses rows through an automatic index of a WITHOUT ROWID table by a column of its key in another
            // collation (seeds 2300 and 3221 of the oracle of subscriptions): what it says then is nothing to compare
            // with.
            statement.execute("PRAGMA automatic_index = OFF");
        }
        this.flushedBytes = walBytes();
    }

    public static SimulatedDatabase open(Path file, Host host, ConnectionSetup setup) {
        try {
            return new SimulatedDatabase(file, host, setup);
        } catch (SQLException e) {
            throw new CorrosionException("cannot open " + file, e);
        }
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public long bytes() {
        return walBytes();
    }

    @Override
    public DatabaseLoad load() {
        return DatabaseLoad.idle(0, walBytes());
    }

    @Override
    public <T> CompletableFuture<T> write(WriteTask<T> task) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        host.later(() -> run(task, outcome));
        return outcome;
    }

    @Override
    public <T> CompletableFuture<T> write(WriteTask<T> task, Duration timeout) {
        return write(task);
    }

    @Override
    public <T> CompletableFuture<T> writeInternal(WriteTask<T> task) {
        return write(task);
    }

    @Override
    public <T> CompletableFuture<T> maintain(WriteTask<T> task) {
        return write(task);
    }

    private <T> void run(WriteTask<T> task, CompletableFuture<T> outcome) {
        if (closed) {
            outcome.completeExceptionally(new DatabaseClosedException("the database is closed", null));
        } else if (outcome.isDone()) {
            return; // given up by its holder
        } else if (task.replacesContent()) {
            replace(task, outcome);
        } else {
            transact(task, outcome);
        }
    }

    private <T> void transact(WriteTask<T> task, CompletableFuture<T> outcome) {
        T result;
        try {
            transaction.begin();
            result = task.run(connection);
            if (host.isDiskFull()) {
                throw new SQLException("[SQLITE_FULL] (database or disk is full)", null, SqlErrors.FULL);
            }
            transaction.commit();
        } catch (SQLException | RuntimeException e) {
            rollBack(e);
            outcome.completeExceptionally(explained(e));
            return;
        }
        committed(task, result, outcome);
    }

    private <T> void replace(WriteTask<T> task, CompletableFuture<T> outcome) {
        T result;
        try {
            result = task.run(connection);
            setup.replaced(connection);
        } catch (SQLException | RuntimeException e) {
            outcome.completeExceptionally(explained(e));
            return;
        }
        committed(task, result, outcome);
    }

    private <T> void committed(WriteTask<T> task, T result, CompletableFuture<T> outcome) {
        setup.committed();
        task.committed(result);
        host.committed();
        outcome.complete(result);
    }

    private static Throwable explained(Exception e) {
        return e instanceof SQLException sql ? new CorrosionException(SqlErrors.explain(sql), e) : e;
    }

    private void rollBack(Exception cause) {
        try {
            transaction.rollBack();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        setup.rolledBack();
    }

    @Override
    public <T> T read(ReadTask<T> task) {
        if (closed) {
            throw new DatabaseClosedException("the database is closed", null);
        }
        try {
            return task.run(reader);
        } catch (SQLException e) {
            throw new CorrosionException(SqlErrors.explain(e), e);
        }
    }

    @Override
    public <T> T read(ReadTask<T> task, Duration timeout) {
        return read(task);
    }

    @Override
    public <T> T readBetweenCommits(Runnable between, ReadTask<T> task) {
        return read(connection -> {
            between.run();
            return task.run(connection);
        });
    }

    @Override
    public void whenDurable(Runnable task) {
        long written = walBytes();
        long epoch = generation;
        host.whenFlushed(() -> {
            if (closed) {
                return;
            }
            if (epoch == generation) {
                flushedBytes = Math.max(flushedBytes, written);
            }
            task.run();
            checkpoint();
        });
    }

    /** Moves the WAL into the file, once it is all on disk and large. */
    private void checkpoint() {
        if (closed || flushedBytes < CHECKPOINT_BYTES || flushedBytes < walBytes()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException e) {
            throw new CorrosionException("cannot checkpoint " + file, e);
        }
        generation++;
        flushedBytes = walBytes();
    }

    /** How many rows were written, by statements and triggers, since it was last asked. */
    public long changedRows() {
        try (Statement statement = connection.createStatement();
                ResultSet counted = statement.executeQuery("SELECT total_changes()")) {
            counted.next();
            long changed = counted.getLong(1) - rows;
            rows += changed;
            return changed;
        } catch (SQLException e) {
            throw new CorrosionException("cannot count the changes of " + file, e);
        }
    }

    /** The writer connection, to do what no part of the product would. */
    public Connection backdoor() {
        return connection;
    }

    @Override
    public Connection openReader(int cacheKib) {
        return Connections.reader(file, cacheKib);
    }

    @Override
    public List<String> verify() {
        return List.of();
    }

    @Override
    public void share(OtherReaders others) {}

    @Override
    public Optional<Throwable> writerFailure() {
        return Optional.empty();
    }

    @Override
    public Occupation writer() {
        return new Occupation();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            setup.closing(connection);
            reader.close();
            connection.close();
            setup.closed(true);
        } catch (SQLException e) {
            throw new CorrosionException("cannot close " + file, e);
        }
    }

    /**
     * Power fails.
     *
     * @param kept how much of what was not flushed is on disk all the same, from 0 to 1
     */
    public void crash(double kept) {
        if (closed) {
            return;
        }
        closed = true;
        try {
            byte[] database = Files.readAllBytes(file);
            byte[] wal = Files.exists(wal()) ? Files.readAllBytes(wal()) : new byte[0];
            long survives = flushedBytes + Math.round(Math.max(0, wal.length - flushedBytes) * kept);
            Path actor = file.resolveSibling(file.getFileName() + ".actor");
            byte @Nullable [] known = Files.exists(actor) ? Files.readAllBytes(actor) : null;
            reader.close();
            connection.close(); // moves the WAL into the file, so both are put back
            setup.closed(false);
            Files.write(file, database);
            Files.write(wal(), Arrays.copyOf(wal, (int) Math.min(wal.length, survives)));
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-shm"));
            if (known != null) {
                Files.write(actor, known);
            }
        } catch (SQLException | IOException e) {
            throw new CorrosionException("cannot play a crash of " + file, e);
        }
    }

    private Path wal() {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    private long walBytes() {
        try {
            return Files.exists(wal()) ? Files.size(wal()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
