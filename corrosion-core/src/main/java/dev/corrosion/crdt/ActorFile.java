package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A small file beside the database that knows which versions may have been used, whatever becomes of the database: with
 * it, no version is used twice after a power failure, and an older copy of the database that is put in its place is
 * recognised (rules V7, V8 of the documentation).
 *
 * <p>One line of text, written in place. Safe for any thread.
 */
final class ActorFile implements AutoCloseable {

    private static final String SUFFIX = ".actor";
    private static final int MAX_BYTES = 512;
    private static final String UNKNOWN = "-";
    private static final int FIELDS = 6;

    private final FileChannel channel;
    private Content content;

    /**
     * @param actor whose versions these are
     * @param inode the database's place in the file system, which a copy does not share; "-" where there is none
     * @param reserved no version above this was used
     * @param announced no version above this was told to others; all up to it are on disk
     * @param closed the database was closed in order, with exactly the announced version as its last
     */
    record Content(ActorId actor, String inode, long reserved, long announced, boolean closed) {

        private String text() {
            String fields = String.join(
                    " ",
                    actor.toString(),
                    inode,
                    Long.toString(reserved),
                    Long.toString(announced),
                    closed ? "closed" : "open");
            return fields + " " + check(fields) + "\n";
        }

        private static @Nullable Content parse(String text) {
            String line = text.lines().findFirst().orElse("");
            String[] fields = line.split(" ", -1);
            int end = line.lastIndexOf(' ');
            if (fields.length != FIELDS || !fields[FIELDS - 1].equals(check(line.substring(0, end)))) {
                return null;
            }
            return new Content(
                    new ActorId(UUID.fromString(fields[0])),
                    fields[1],
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]),
                    fields[4].equals("closed"));
        }

        private static String check(String fields) {
            CRC32 crc = new CRC32();
            crc.update(fields.getBytes(StandardCharsets.UTF_8));
            return Long.toHexString(crc.getValue());
        }
    }

    private ActorFile(FileChannel channel, Content content) {
        this.channel = channel;
        this.content = content;
    }

    private static Path beside(Path database) {
        return database.resolveSibling(database.getFileName() + SUFFIX);
    }

    /** What the file says; null if there is none, or it is damaged. */
    static @Nullable Content read(Path database) throws IOException {
        Path file = beside(database);
        if (!Files.exists(file) || Files.size(file) > MAX_BYTES) {
            return null;
        }
        return Content.parse(Files.readString(file));
    }

    /** Begins the use of a database; the content is on disk when this returns. */
    static ActorFile open(Path database, Content content) throws IOException {
        FileChannel channel = FileChannel.open(beside(database), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ActorFile file = new ActorFile(channel, content);
        try {
            file.write(content, true);
            return file;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The place of a file in its file system. Without the device, whose number may be another after the next boot. */
    static String inode(Path database) throws IOException {
        Object key = Files.readAttributes(database, BasicFileAttributes.class).fileKey();
        String text = String.valueOf(key);
        int from = text.indexOf("ino=");
        return from < 0 ? UNKNOWN : text.substring(from, text.length() - 1);
    }

    /** Versions up to this one may be used; on disk when this returns. */
    synchronized void reserve(long version) throws IOException {
        write(new Content(content.actor(), content.inode(), version, content.announced(), false), true);
    }

    /** All versions up to this one are on disk and may be told to others. */
    synchronized void announce(long version) throws IOException {
        if (version > content.announced()) {
            write(new Content(content.actor(), content.inode(), content.reserved(), version, false), false);
        }
    }

    /** The database is closed and on disk; this was its last version. */
    synchronized void closed(long version) throws IOException {
        write(new Content(content.actor(), content.inode(), version, version, true), true);
    }

    private void write(Content next, boolean toDisk) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(next.text());
        int length = bytes.remaining();
        channel.write(bytes, 0);
        channel.truncate(length);
        if (toDisk) {
            channel.force(true);
        }
        content = next;
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
