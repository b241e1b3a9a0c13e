package dev.corrosion.crdt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a database as they were at one moment, so that a crash at that moment can be played back. */
@SuppressWarnings("ArrayRecordComponent")
record DatabaseFiles(byte[] database, byte[] wal, byte[] actor) {

    private static Path wal(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    private static Path actor(Path file) {
        return file.resolveSibling(file.getFileName() + ".actor");
    }

    static DatabaseFiles read(Path file) {
        try {
            return new DatabaseFiles(bytes(file), bytes(wal(file)), bytes(actor(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    /** Into the very files, which keep their places in the file system; the database must not be open. */
    void writeBack(Path file, boolean withActor) {
        try {
            Files.write(file, database);
            Files.write(wal(file), wal);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-shm"));
            if (withActor) {
                Files.write(actor(file), actor);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
