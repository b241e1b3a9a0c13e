package dev.corrosion;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Who wrote: the identity of one database. Made once, kept in the database file.
 *
 * <p>Ordered by its bytes, unsigned, as the conflict rules compare site ids ({@link UUID#compareTo} compares signed
 * halves and would order differently).
 */
public record ActorId(UUID value) implements Comparable<ActorId> {

    /** Length of {@link #bytes()}. */
    public static final int BYTES = 16;

    public static ActorId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("an actor id has " + BYTES + " bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new ActorId(new UUID(buffer.getLong(), buffer.getLong()));
    }

    public static ActorId parse(String text) {
        return new ActorId(UUID.fromString(text));
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    /** The first eight hex digits: enough for a log line, not for identity. */
    public String shortId() {
        return value.toString().substring(0, 8);
    }

    @Override
    public int compareTo(ActorId other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
