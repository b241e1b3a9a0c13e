package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Reads what {@link ByteWriter} writes. Nothing is allocated on the word of a length: every length is checked against
 * the bytes that are there.
 */
final class ByteReader {

    /** Far beyond what anybody counts to, and far from overflow. */
    static final long MAX_NUMBER = 1L << 60;

    private final ByteBuffer buffer;

    ByteReader(byte[] bytes) {
        buffer = ByteBuffer.wrap(bytes);
    }

    int u8() {
        need(1);
        return buffer.get() & 0xff;
    }

    boolean bool() {
        int value = u8();
        if (value > 1) {
            throw new ProtocolException("not a boolean: " + value);
        }
        return value == 1;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new ProtocolException("a number has more than ten bytes");
    }

    /** A version, a sequence number, an incarnation: from 0 to {@link #MAX_NUMBER}, so that adding one is safe. */
    long number() {
        long value = varint();
        if (value < 0 || value > MAX_NUMBER) {
            throw new ProtocolException("a number out of bounds: " + Long.toUnsignedString(value));
        }
        return value;
    }

    long signed() {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    long fixed64() {
        need(8);
        return buffer.getLong();
    }

    /** A number of things of which each takes at least {@code minBytes}. */
    int count(int minBytes) {
        long count = varint();
        if (count < 0 || count > buffer.remaining() / minBytes) {
            throw new ProtocolException("a count of " + count + " with " + buffer.remaining() + " bytes left");
        }
        return (int) count;
    }

    byte[] blob() {
        byte[] value = new byte[count(1)];
        buffer.get(value);
        return value;
    }

    String text() {
        ByteBuffer slice = ByteBuffer.wrap(blob());
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException("text that is not UTF-8", e);
        }
    }

    ActorId actor() {
        return new ActorId(new UUID(fixed64(), fixed64()));
    }

    InetSocketAddress address() {
        byte[] host = blob();
        long port = varint();
        if (port < 1 || port > 0xffff) {
            throw new ProtocolException("not a port: " + port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host), (int) port);
        } catch (UnknownHostException e) {
            throw new ProtocolException("an address of " + host.length + " bytes", e);
        }
    }

    void end() {
        if (buffer.hasRemaining()) {
            throw new ProtocolException(buffer.remaining() + " bytes too many");
        }
    }

    private void need(int bytes) {
        if (buffer.remaining() < bytes) {
            throw new ProtocolException("cut off: " + bytes + " bytes wanted, " + buffer.remaining() + " left");
        }
    }
}
