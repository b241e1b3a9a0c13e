package dev.corrosion.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The next bytes of a copy.
 *
 * @param bytes how many
 * @param deflated the same, compressed by themselves (RFC 1950)
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record SnapshotChunk(int bytes, byte[] deflated) implements SyncMessage {

    /** Most bytes of one. */
    public static final int MAX_BYTES = 1 << 20;

    public SnapshotChunk {
        if (bytes < 1 || bytes > MAX_BYTES) {
            throw new IllegalArgumentException("a chunk of " + bytes + " bytes");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SnapshotChunk chunk && bytes == chunk.bytes && Arrays.equals(deflated, chunk.deflated);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(deflated);
    }
}
