package dev.corrosion.node;

import dev.corrosion.store.Contents;
import dev.corrosion.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies of the database that peers fetch: files beside it, made when one is asked for, shared by all who ask soon
 * after, and deleted when nobody has used them for a while. There is one, and the one before it as long as somebody is
 * still at it. Thread-safe.
 */
final class SnapshotFiles implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SnapshotFiles.class);

    /** A copy that is older is not given to somebody who begins. */
    static final Duration FRESH = Duration.ofMinutes(1);

    /** How long a copy is kept for those who have a part of it and come back. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private static final String SUFFIX = ".snapshot-";
    private static final int BUFFER_BYTES = 1 << 16;

    /** A finished copy. */
    static final class Copy {
        final Path file;
        final String sha256;
        final long bytes;
        private final long madeAt;
        private long usedAt;
        private int users;

        private Copy(Path file, String sha256, long bytes, long now) {
            this.file = file;
            this.sha256 = sha256;
            this.bytes = bytes;
            this.madeAt = now;
            this.usedAt = now;
        }
    }

    private final Database database;
    private final EventLoop loop;
    private final Executor executor;
    private boolean making;
    private long made;
    private @Nullable Copy current;
    private @Nullable Copy former;

    /** Deletes what a process that did not end in order has left. */
    SnapshotFiles(Database database, EventLoop loop, Executor executor) {
        this.database = database;
        this.loop = loop;
        this.executor = executor;
        clean(database.file());
    }

    private static void clean(Path database) {
        Path directory = database.toAbsolutePath().getParent();
        if (directory == null) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, database.getFileName() + SUFFIX + "*")) {
            for (Path file : left) {
                Files.delete(file);
            }
        } catch (IOException e) {
            log.warn("old copies of the database {} could not be deleted: {}", database, e.toString());
        }
    }

    /**
     * A copy to be read from; {@link #release} when done. Null if there is none yet: it is being made.
     *
     * @param sha256 the one of which a part is there already; empty if any will do
     */
    synchronized @Nullable Copy take(String sha256) {
        for (Copy copy : new Copy[] {current, former}) {
            boolean fits = copy != null
                    && (copy.sha256.equals(sha256) || (copy == current && loop.now() - copy.madeAt < FRESH.toNanos()));
            if (copy != null && fits) {
                copy.users++;
                return copy;
            }
        }
        if (!making) {
            making = true;
            try {
                executor.execute(this::make);
            } catch (RejectedExecutionException e) {
                making = false; // whoever waits for it asks again
            }
        }
        return null;
    }

    synchronized void release(Copy copy) {
        copy.users--;
        copy.usedAt = loop.now();
        if (copy != current && copy != former) {
            delete(copy);
        }
        loop.schedule(KEPT, this::expire);
    }

    private synchronized void expire() {
        Copy copy = current;
        if (copy != null && copy.users == 0 && loop.now() - copy.usedAt >= KEPT.toNanos()) {
            current = null;
            delete(copy);
        }
        copy = former;
        if (copy != null && copy.users == 0 && loop.now() - copy.usedAt >= KEPT.toNanos()) {
            former = null;
            delete(copy);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private void make() {
        Path file = database.file().resolveSibling(database.file().getFileName() + SUFFIX + ++made);
        try {
            Contents.copy(database.file(), file);
            onDisk().thenRunAsync(() -> publish(file), executor).whenComplete((done, failure) -> {
                if (failure != null) {
                    notMade(file, failure);
                }
            });
        } catch (SQLException | RuntimeException e) {
            notMade(file, e);
        }
    }

    private void publish(Path file) {
        try {
            Copy copy = new Copy(file, hash(file), Files.size(file), loop.now());
            log.info("a copy of the database was made for others: {} bytes", copy.bytes);
            publish(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void notMade(Path file, Throwable failure) {
        log.warn("no copy of the database could be made for others: {}", failure.toString());
        delete(file);
        synchronized (this) {
            making = false;
        }
    }

    /** What is in the copy must be on this disk before another node has it: a version is told once it cannot be lost. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes complete the other one
    private CompletableFuture<Void> onDisk() {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        database.maintain(connection -> {
                    database.whenDurable(() -> durable.complete(null));
                    return true;
                })
                .exceptionally(failure -> {
                    durable.completeExceptionally(failure);
                    return false;
                });
        return durable;
    }

    private synchronized void publish(Copy copy) {
        making = false;
        Copy oldest = former;
        former = current;
        current = copy;
        if (oldest != null && oldest.users == 0) {
            delete(oldest);
        }
        loop.schedule(KEPT, this::expire);
    }

    static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream hashed = new DigestInputStream(in, sha256())) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int read = hashed.read(buffer);
            while (read >= 0) {
                read = hashed.read(buffer);
            }
            return HexFormat.of().formatHex(hashed.getMessageDigest().digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void delete(Copy copy) {
        delete(copy.file);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("the copy {} could not be deleted: {}", file, e.toString());
        }
    }

    @Override
    public synchronized void close() {
        if (current != null) {
            delete(current);
        }
        if (former != null) {
            delete(former);
        }
        current = null;
        former = null;
    }
}
