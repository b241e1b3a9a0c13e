package dev.corrosion.node;

import dev.corrosion.CorrosionException;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.SnapshotChunk;
import dev.corrosion.protocol.SnapshotHeader;
import dev.corrosion.protocol.SnapshotPending;
import dev.corrosion.protocol.SnapshotRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** A copy of the database, from where the peer has come to; or word that it is being made. */
final class SnapshotSource implements SyncSession.Source {

    /** Bytes of one frame before they are compressed, at most. */
    static final int CHUNK_BYTES = 512 << 10;

    private final SnapshotFiles files;
    private final SnapshotRequest request;
    private final int chunkBytes;
    private SnapshotFiles.@Nullable Copy copy;
    private long offset;
    private boolean begun;

    SnapshotSource(SnapshotFiles files, SnapshotRequest request, int chunkBytes) {
        this.files = files;
        this.request = request;
        this.chunkBytes = chunkBytes;
    }

    @Override
    public @Nullable List<Message> next() {
        if (!begun) {
            begun = true;
            return List.of(begin());
        }
        SnapshotFiles.Copy file = copy;
        return file == null || offset >= file.bytes ? null : List.of(chunk(file));
    }

    private Message begin() {
        SnapshotFiles.Copy taken = files.take(request.sha256());
        if (taken == null) {
            return new SnapshotPending();
        }
        copy = taken;
        boolean goesOn = taken.sha256.equals(request.sha256()) && request.offset() <= taken.bytes;
        offset = goesOn ? request.offset() : 0;
        return new SnapshotHeader(taken.sha256, taken.bytes, offset);
    }

    private Message chunk(SnapshotFiles.Copy file) {
        int length = (int) Math.min(chunkBytes, file.bytes - offset);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(file.file)) {
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                // until it is full
            }
        } catch (IOException e) {
            throw new CorrosionException("the copy of the database cannot be read: " + e, e);
        }
        offset += length;
        return new SnapshotChunk(length, deflate(bytes.array()));
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] out = new byte[bytes.length / 2 + 64];
            int size = 0;
            while (!deflater.finished()) {
                if (size == out.length) {
                    out = Arrays.copyOf(out, out.length * 2);
                }
                size += deflater.deflate(out, size, out.length - size);
            }
            return Arrays.copyOf(out, size);
        } finally {
            deflater.end();
        }
    }

    @Override
    public void close() {
        SnapshotFiles.Copy taken = copy;
        if (taken != null) {
            files.release(taken);
        }
    }
}
