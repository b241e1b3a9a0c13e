package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second node off the same file: two nodes with one identity would give the same version to two transactions.
 * The operating system drops the locks with the process, so a crash leaves nothing to clean up. The lock files stay.
 *
 * <p>There are two, because POSIX drops all locks that a process has on a file as soon as the process closes any handle
 * of it. Whoever fails at the first file, the gate inside this process, never gets to touch the second, which keeps
 * other processes out.
 */
final class DatabaseLock implements AutoCloseable {

    private final FileChannel gate;
    private final FileChannel lock;

    private DatabaseLock(FileChannel gate, FileChannel lock) {
        this.gate = gate;
        this.lock = lock;
    }

    static DatabaseLock take(Path database) {
        try {
            FileChannel gate = open(database, ".gate");
            try {
                return new DatabaseLock(gate, open(database, ".lock"));
            } catch (IOException | RuntimeException e) {
                gate.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CorrosionException("cannot lock the database " + database + ": " + e, e);
        }
    }

    private static FileChannel open(Path database, String suffix) throws IOException {
        FileChannel channel = FileChannel.open(
                database.resolveSibling(database.getFileName() + suffix),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            // the same answer as for another process
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new CorrosionException(
                "the database " + database + " is open in another node or process; give each node a file of its own");
    }

    @Override
    public void close() {
        try (gate;
                lock) {
            // both go, the outer one last
        } catch (IOException e) {
            throw new CorrosionException("cannot release the locks of the database: " + e, e);
        }
    }
}
