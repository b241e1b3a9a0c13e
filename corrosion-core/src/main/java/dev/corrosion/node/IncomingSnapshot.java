package dev.corrosion.node;

import dev.corrosion.CorrosionException;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.SnapshotChunk;
import dev.corrosion.protocol.SnapshotHeader;
import dev.corrosion.protocol.SnapshotRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A copy of a peer's database on its way: what has arrived is kept in a file, so that after a broken link the rest is
 * enough. One thread at a time.
 */
final class IncomingSnapshot {

    private static final String SUFFIX = ".incoming";

    private final Path file;
    private String sha256 = "";
    private long bytes;
    private long received;

    IncomingSnapshot(Path database) {
        this.file = database.resolveSibling(database.getFileName() + SUFFIX);
    }

    Path file() {
        return file;
    }

    /** How much is here, of {@link #bytes} if that is known. */
    long received() {
        return received;
    }

    SnapshotRequest request() {
        return new SnapshotRequest(sha256, received);
    }

    /** Whether all of it is here, which is not to say that it is right: see {@link #verify}. */
    boolean isComplete() {
        return !sha256.isEmpty() && received == bytes;
    }

    /** Takes the next message of an answer. */
    void take(Message message) {
        try {
            if (message instanceof SnapshotHeader header) {
                begin(header);
            } else if (message instanceof SnapshotChunk chunk) {
                append(chunk);
            } else {
                throw new ProtocolException(
                        "not a part of a copy: " + message.getClass().getSimpleName());
            }
        } catch (IOException e) {
            throw new CorrosionException("the copy of a peer's database cannot be written to " + file + ": " + e, e);
        }
    }

    private void begin(SnapshotHeader header) throws IOException {
        boolean goesOn = header.sha256().equals(sha256) && header.offset() == received;
        if (!goesOn) {
            if (header.offset() != 0) {
                throw new ProtocolException("a copy that begins at " + header.offset());
            }
            discard();
        }
        sha256 = header.sha256();
        bytes = header.bytes();
    }

    private void append(SnapshotChunk chunk) throws IOException {
        if (sha256.isEmpty() || received + chunk.bytes() > bytes) {
            throw new ProtocolException("more of a copy than was announced");
        }
        ByteBuffer inflated = ByteBuffer.wrap(inflate(chunk));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (inflated.hasRemaining()) {
                channel.write(inflated, received + inflated.position());
            }
        }
        received += chunk.bytes();
    }

    private static byte[] inflate(SnapshotChunk chunk) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(chunk.deflated());
            byte[] out = new byte[chunk.bytes()];
            int size = 0;
            while (size < out.length) {
                int more = inflater.inflate(out, size, out.length - size);
                if (more == 0) {
                    throw new ProtocolException("a chunk of " + size + " bytes instead of " + out.length);
                }
                size += more;
            }
            return out;
        } catch (DataFormatException e) {
            throw new ProtocolException("a chunk that cannot be read", e);
        } finally {
            inflater.end();
        }
    }

    /** Throws if it is not what was announced; then it is dropped. */
    void verify() throws IOException {
        String found = SnapshotFiles.hash(file);
        if (!found.equals(sha256)) {
            discard();
            throw new ProtocolException("the copy has the hash " + found + ", not " + sha256);
        }
    }

    /** Deletes what is here. */
    void discard() throws IOException {
        Files.deleteIfExists(file);
        sha256 = "";
        bytes = 0;
        received = 0;
    }
}
