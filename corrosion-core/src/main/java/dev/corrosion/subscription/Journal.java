package dev.corrosion.subscription;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.store.Database;
import dev.corrosion.store.DatabaseClosedException;
import dev.corrosion.store.SqlErrors;
import dev.corrosion.store.WriteTask;
import dev.corrosion.subscription.JournalQueue.Taken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been told of durable queries, in a file of its own beside the database, so that subscribers can come back after
 * the node was not there. What is told next is written first, and is on disk before anybody hears of it: nobody ever comes
 * back to a change that the file does not know.
 *
 * <p>The tasks of one query are done in their order; those of several take turns, and share a transaction, so that one
 * flush of the disk is for all that wait. Adding is safe on any thread.
 */
final class Journal implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    /** Stands for none. */
    private static final ByteBuffer MAINTENANCE = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final Database database;
    private final JournalTables tables;
    private final Executor executor;
    private final Clock clock;
    private final SubscriptionLimits limits;

    /** The queries that somebody may still tell of; not to be forgotten, however old. */
    private final Set<Long> inUse = ConcurrentHashMap.newKeySet();

    private final JournalQueue queue = new JournalQueue();

    /**
     * In use until it is closed.
     *
     * @param limits how long what is kept, and how much
     */
    private Journal(JournalSetting setting, Database database, JournalTables tables, SubscriptionLimits limits) {
        this.clock = setting.clock();
        this.executor = setting.executor();
        this.database = database;
        this.tables = tables;
        this.limits = limits;
    }

    /** Opens the file, or makes it. What is damaged is given up: who comes back to it subscribes anew. */
    static Journal open(JournalSetting setting, SubscriptionLimits limits) {
        JournalTables tables =
                new JournalTables(setting.owner(), setting.clock().millis());
        Database database;
        try {
            database = setting.opening().apply(setting.file(), tables);
        } catch (CorrosionException e) {
            if (!SqlErrors.isDamaged(e)) {
                throw e;
            }
            log.warn(
                    "the journal of durable subscriptions {} is damaged and begins anew, so who comes back gets an"
                            + " error and subscribes anew: {}",
                    setting.file(),
                    String.valueOf(e.getCause()));
            discard(setting.file());
            database = setting.opening().apply(setting.file(), tables);
        }
        return new Journal(setting, database, tables, limits);
    }

    private static void discard(Path file) {
        for (String suffix : List.of("", "-wal", "-shm")) {
            try {
                Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
            } catch (IOException e) {
                throw new CorrosionException("the damaged journal " + file + suffix + " cannot be deleted: " + e, e);
            }
        }
    }

    long now() {
        return clock.millis();
    }

    /** @throws CorrosionException if another query would be too much */
    void requireRoom(JournalTables known) throws SQLException {
        long bytes = known.bytes();
        if (bytes > limits.journalBytes()) {
            throw new CorrosionException(
                    "it has " + (bytes >> 20) + " MiB, more than the " + (limits.journalBytes() >> 20)
                            + " MiB that are its limit: raise that, or have fewer durable queries");
        }
    }

    /** Forgets queries that nobody has come back to for too long. */
    void forgetOld() {
        add(MAINTENANCE, new Forgetting());
    }

    /** A part of one query; the rest, and the others, follow. */
    private final class Forgetting implements JournalTask {

        private boolean done;

        @Override
        public void write(JournalTables known) throws SQLException {
            long query = known.unused(inUse, now() - limits.journalAge().toMillis());
            done = query == 0;
            if (!done) {
                known.remove(query, JournalTables.MAX_REMOVED);
            }
        }

        @Override
        public void written() {
            if (!done) {
                forgetOld();
            }
        }

        @Override
        public void failed(Throwable reason) {
            log.warn("old durable queries could not be forgotten, it will be tried again: {}", reason.toString());
        }

        @Override
        public int rows() {
            return JournalTables.MAX_REMOVED;
        }
    }

    /** The query of a durable subscription, if it is known. Blocks. */
    Optional<Statement> find(UUID id) {
        return database.read(connection -> Optional.ofNullable(JournalTables.find(connection, id)));
    }

    Set<Long> inUse() {
        return inUse;
    }

    long fileBytes() {
        return database.bytes();
    }

    long waitingBytes() {
        return queue.bytes();
    }

    /** Why it takes no more, if so. */
    boolean isBroken() {
        return database.writerFailure().isPresent();
    }

    /** @param query tasks with the same one are done in order */
    void add(ByteBuffer query, JournalTask task) {
        if (queue.add(query, task)) {
            execute(this::work);
        }
    }

    /** Whether so much waits that what leads to more should wait, too: then the task runs when that is over. */
    boolean isFull(Runnable whenRoom) {
        return queue.whenRoom(whenRoom);
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("the node closes; what waits for the journal is told to nobody");
        }
    }

    private void work() {
        List<Taken> batch = queue.take();
        if (batch.isEmpty()) {
            return;
        }
        WriteTask<Boolean> write = new WriteTask<>() {
            @Override
            public Boolean run(Connection connection) throws SQLException {
                for (Taken taken : batch) {
                    taken.task().write(tables);
                }
                return true;
            }

            @Override
            public void committed(Boolean result) {
                database.whenDurable(() -> execute(() -> written(batch)));
            }
        };
        database.writeInternal(write).exceptionally(failure -> {
            execute(() -> failed(batch, failure));
            return false;
        });
    }

    private void written(List<Taken> batch) {
        for (Taken taken : batch) {
            if (taken.last()) {
                queue.remove(taken);
            }
            tell(() -> taken.task().written());
        }
        goOn(batch);
    }

    private void failed(List<Taken> batch, Throwable reason) {
        if (reason instanceof DatabaseClosedException) {
            log.debug("the node closes; what waits for the journal is told to nobody");
            return;
        }
        if (batch.size() > 1) {
            queue.oneByOne(batch);
        } else {
            log.warn("the journal of durable subscriptions could not be written: {}", reason.toString());
            queue.remove(batch.get(0));
            tell(() -> batch.get(0).task().failed(reason));
        }
        goOn(batch);
    }

    private static void tell(Runnable outcome) {
        try {
            outcome.run();
        } catch (RuntimeException e) {
            log.error("what was to follow when the journal is written failed", e);
        }
    }

    private void goOn(List<Taken> batch) {
        queue.endTurn(batch);
        queue.room().forEach(Journal::tell);
        work();
    }

    @Override
    public void close() {
        database.close();
    }
}
