package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the primitives of the format into a growing array. Not thread-safe. */
final class ByteWriter {

    private byte[] bytes;
    private int size;

    ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    int size() {
        return size;
    }

    void u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    void bool(boolean value) {
        u8(value ? 1 : 0);
    }

    /** LEB128 of the value as an unsigned number: short for small ones, ten bytes for negative ones. */
    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            u8((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        u8((int) rest);
    }

    /** ZigZag, for numbers that may be negative. */
    void signed(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    void fixed64(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void raw(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    void blob(byte[] value) {
        varint(value.length);
        raw(value);
    }

    void text(String value) {
        blob(value.getBytes(StandardCharsets.UTF_8));
    }

    void actor(ActorId actor) {
        fixed64(actor.value().getMostSignificantBits());
        fixed64(actor.value().getLeastSignificantBits());
    }

    void address(InetSocketAddress address) {
        if (address.getAddress() == null) {
            throw new IllegalArgumentException("unresolved address " + address);
        }
        blob(address.getAddress().getAddress());
        varint(address.getPort());
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
