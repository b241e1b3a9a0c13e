package dev.corrosion.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes messages the way decoders dislike: at lengths, counts and ends. The same random numbers give the same bytes. */
final class Mutator {

    private static final int MAX_STEPS = 6;
    private static final int MAX_BYTES = 64 << 10;

    /** Bytes at which numbers, signs and varints change their meaning. */
    private static final byte[] EDGES = {0, 1, 2, 0x0f, 0x10, 0x3f, 0x40, 0x7f, -128, -127, -2, -1};

    private final Random random;
    private final List<byte[]> seeds;

    Mutator(Random random, List<byte[]> seeds) {
        this.random = random;
        this.seeds = seeds;
    }

    byte[] next() {
        byte[] bytes = seed();
        for (int steps = 1 + random.nextInt(MAX_STEPS); steps > 0; steps--) {
            bytes = step(bytes);
        }
        return bytes.length > MAX_BYTES ? Arrays.copyOf(bytes, MAX_BYTES) : bytes;
    }

    private byte[] seed() {
        return seeds.get(random.nextInt(seeds.size())).clone();
    }

    private byte[] step(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(9)) {
            case 0 -> flipped(bytes);
            case 1 -> replaced(bytes, at, 1, new byte[] {EDGES[random.nextInt(EDGES.length)]});
            case 2 -> replaced(bytes, at, 1, new byte[] {(byte) random.nextInt()});
            case 3 -> replaced(bytes, at, 0, random(8));
            case 4 -> replaced(bytes, at, 1, number());
            case 5 -> replaced(bytes, at, random.nextInt(16), new byte[0]);
            case 6 -> Arrays.copyOf(bytes, at);
            case 7 -> replaced(bytes, at, 0, part(bytes));
            default -> replaced(bytes, at, bytes.length, part(seed()));
        };
    }

    private byte[] flipped(byte[] bytes) {
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return bytes;
    }

    private byte[] random(int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A LEB128 number of any size: a count or a length that claims too much. */
    private byte[] number() {
        byte[] bytes = new byte[10];
        long rest = random.nextLong() >>> random.nextInt(Long.SIZE);
        int size = 0;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return Arrays.copyOf(bytes, size);
    }

    private byte[] part(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        return Arrays.copyOfRange(bytes, from, from + random.nextInt(bytes.length - from + 1));
    }

    private static byte[] replaced(byte[] bytes, int at, int removed, byte[] inserted) {
        int rest = Math.min(bytes.length, at + removed);
        byte[] result = Arrays.copyOf(bytes, at + inserted.length + bytes.length - rest);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, rest, result, at + inserted.length, bytes.length - rest);
        return result;
    }
}
