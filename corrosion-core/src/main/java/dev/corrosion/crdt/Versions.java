package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives out the versions of this actor, none of them twice.
 *
 * <p>Versions are counted in memory. Before one is used, a block of them is reserved in the {@link ActorFile}; after a
 * crash, counting goes on behind the block, since the last ones may have been lost in a power failure and must not come
 * again with another content. Nobody else has seen those that were lost, for a version is told to others only once it is
 * on disk. On the writer thread, except for {@link #announce} and {@link #committed()}.
 */
final class Versions {

    private static final Logger log = LoggerFactory.getLogger(Versions.class);

    /** How many versions are reserved at a time: one small write to disk for each block. */
    static final long BLOCK = 4096;

    private @Nullable ActorFile file;
    private long reserved = Long.MAX_VALUE;
    private volatile long committed;
    private long pending;
    private long saved;
    private long onDisk;
    private long firstCommitted;

    /**
     * Whether the database was put in the place of the one that the file knows, or the file is gone.
     *
     * @param actor who the database says it is
     * @param version its last version that can be seen in it
     * @return why it must take a new identity; null if it is what it was
     */
    static @Nullable String copied(Path database, ActorId actor, long version) throws IOException {
        ActorFile.Content known = ActorFile.read(database);
        if (known == null) {
            return "the file " + database.getFileName() + ".actor, which belongs to it, is missing or damaged";
        }
        if (!known.actor().equals(actor)) {
            return "the file beside it belongs to " + known.actor();
        }
        if (!known.inode().equals(ActorFile.inode(database))) {
            return "it is not at the place in the file system where it was written";
        }
        if (version < known.announced() || version > known.reserved()) {
            return "its last version is " + version + ", but version " + known.announced() + " was written";
        }
        return null;
    }

    /**
     * Begins.
     *
     * @param database null if nothing outlives the process
     * @param known what the file said; null if it is not to be trusted
     * @param last the last version that can be seen in the database
     */
    void open(@Nullable Path database, ActorId actor, ActorFile.@Nullable Content known, long last) throws IOException {
        long from = known == null ? last : Math.max(last, known.closed() ? known.announced() : known.reserved());
        if (from > last) {
            log.info("the node did not stop in order: its versions go on after {}, the last on disk is {}", from, last);
        }
        onDisk = last;
        committed = from;
        firstCommitted = from;
        if (database != null) {
            reserved = from + BLOCK;
            // Of what was skipped the database shows nothing: as announced, it would look like an older copy next time.
            file = ActorFile.open(
                    database, new ActorFile.Content(actor, ActorFile.inode(database), reserved, last, false));
        }
    }

    /** The last version that the database showed when it was opened. */
    long onDisk() {
        return onDisk;
    }

    /** What {@link #committed} was when the database was opened. */
    long firstCommitted() {
        return firstCommitted;
    }

    /** The version that the next transaction becomes if it records something. */
    long next() {
        long next = last() + 1;
        if (next > reserved) {
            try {
                Objects.requireNonNull(file).reserve(next + BLOCK);
            } catch (IOException e) {
                throw new CorrosionException(
                        "no versions can be reserved beside the database, so nothing can be written: " + e, e);
            }
            reserved = next + BLOCK;
        }
        return next;
    }

    /** Reserves versions up to this one, which another database with the same identity has used. */
    void reserve(long version) throws IOException {
        if (version > reserved) {
            Objects.requireNonNull(file).reserve(version + BLOCK);
            reserved = version + BLOCK;
        }
    }

    /** The database has versions up to this one now. */
    void advance(long version) {
        committed = Math.max(committed, version);
    }

    /** The last version, as the running SQLite transaction has it. */
    long last() {
        return pending == 0 ? committed : pending;
    }

    /** The last committed version. Any thread. */
    long committed() {
        return committed;
    }

    /** The version will be committed with the running SQLite transaction. */
    void used(long version) {
        pending = version;
    }

    /** {@link #undo} goes back to here. */
    void save() {
        saved = pending;
    }

    /** What was used since {@link #save} is free again. */
    void undo() {
        pending = saved;
    }

    void commit() {
        if (pending != 0) {
            committed = pending;
        }
        rollBack();
    }

    void rollBack() {
        pending = 0;
        saved = 0;
    }

    /** All versions up to this one are on disk, and others may hear of them. Any thread. */
    void announce(long version) {
        ActorFile opened = file;
        if (opened != null) {
            try {
                opened.announce(version);
            } catch (IOException e) {
                // It guards against older copies only; what is reserved is on disk already.
                log.warn("the file beside the database cannot be written: {}", e.toString());
            }
        }
    }

    /** The database is closed and on disk. */
    void close(boolean complete) {
        ActorFile opened = file;
        if (opened == null) {
            return;
        }
        file = null;
        try (opened) {
            if (complete) {
                opened.closed(committed);
            }
        } catch (IOException e) {
            log.warn(
                    "the file beside the database cannot be written; at the next start versions will skip: {}", e + "");
        }
    }
}
