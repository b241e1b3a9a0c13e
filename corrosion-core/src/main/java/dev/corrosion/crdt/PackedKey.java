package dev.corrosion.crdt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Primary keys as bytes, in cr-sqlite's format: the number of columns, then per column a byte with the type in its low
 * three bits and a length above, then the data. Integers and lengths are big-endian and unsigned, in as few bytes as
 * they need.
 */
public final class PackedKey {

    /** SQLite's own bound on the columns of an index would allow more, the format's first byte does not. */
    public static final int MAX_COLUMNS = 255;

    private static final int INTEGER = 1;
    private static final int REAL = 2;
    private static final int TEXT = 3;
    private static final int BLOB = 4;
    private static final int NULL = 5;
    private static final int TYPE_BITS = 3;
    private static final int TYPE_MASK = 7;

    private PackedKey() {}

    /**
     * Packs the values of a key.
     *
     * @param values null, Long, Double, String or byte[], in the order of the key's columns
     */
    public static byte[] pack(List<? extends @Nullable Object> values) {
        if (values.size() > MAX_COLUMNS) {
            throw new IllegalArgumentException("a key has at most " + MAX_COLUMNS + " columns, not " + values.size());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * values.size() + 1);
        out.write(values.size());
        for (Object value : values) {
            pack(out, value);
        }
        return out.toByteArray();
    }

    private static void pack(ByteArrayOutputStream out, @Nullable Object value) {
        if (value == null) {
            out.write(NULL);
        } else if (value instanceof Long number) {
            packNumber(out, INTEGER, number);
        } else if (value instanceof Double number) {
            out.write(REAL);
            out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
        } else if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            packNumber(out, TEXT, bytes.length);
            out.writeBytes(bytes);
        } else if (value instanceof byte[] bytes) {
            packNumber(out, BLOB, bytes.length);
            out.writeBytes(bytes);
        } else {
            throw new IllegalArgumentException("not a SQLite value: " + value.getClass());
        }
    }

    /** The same for parts whose texts are bytes, so that one that is not valid in its encoding stays what it is. */
    static byte[] packParts(List<ScanPosition.Part> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * parts.size() + 1);
        out.write(parts.size());
        for (ScanPosition.Part part : parts) {
            if (part.isText() && part.value() instanceof byte[] bytes) {
                packNumber(out, TEXT, bytes.length);
                out.writeBytes(bytes);
            } else {
                pack(out, part.value());
            }
        }
        return out.toByteArray();
    }

    private static void packNumber(ByteArrayOutputStream out, int type, long number) {
        int bytes = (Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / Byte.SIZE;
        out.write(bytes << TYPE_BITS | type);
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (number >>> (i * Byte.SIZE)));
        }
    }

    /**
     * The values of a packed key.
     *
     * @throws IllegalArgumentException if the bytes are not a packed key, exactly
     */
    public static List<@Nullable Object> unpack(byte[] packed) {
        ByteBuffer in = ByteBuffer.wrap(packed);
        if (!in.hasRemaining()) {
            throw malformed("it is empty");
        }
        int columns = in.get() & 0xff;
        List<@Nullable Object> values = new ArrayList<>(Math.min(columns, packed.length));
        for (int i = 0; i < columns; i++) {
            values.add(unpackOne(in));
        }
        if (in.hasRemaining()) {
            throw malformed(in.remaining() + " bytes are left over");
        }
        return values;
    }

    /**
     * The parts of a packed key, texts as bytes.
     *
     * @throws IllegalArgumentException if the bytes are not a packed key without NULL, exactly
     */
    static List<ScanPosition.Part> parts(byte[] packed) {
        ByteBuffer in = ByteBuffer.wrap(packed);
        require(in, 1);
        int columns = in.get() & 0xff;
        List<ScanPosition.Part> parts = new ArrayList<>(Math.min(columns, packed.length));
        for (int i = 0; i < columns; i++) {
            require(in, 1);
            int head = in.get(in.position()) & 0xff;
            boolean isText = (head & TYPE_MASK) == TEXT;
            Object value;
            if (isText) {
                in.get();
                value = bytes(in, unpackNumber(in, head >> TYPE_BITS));
            } else {
                value = unpackOne(in);
            }
            if (value == null) {
                throw malformed("it has a NULL");
            }
            parts.add(new ScanPosition.Part(value, isText));
        }
        if (in.hasRemaining()) {
            throw malformed(in.remaining() + " bytes are left over");
        }
        return parts;
    }

    private static @Nullable Object unpackOne(ByteBuffer in) {
        require(in, 1);
        int head = in.get() & 0xff;
        int length = head >> TYPE_BITS;
        return switch (head & TYPE_MASK) {
            case INTEGER -> (Object) unpackNumber(in, length);
            case REAL -> {
                require(in, Double.BYTES);
                yield in.getDouble();
            }
            case TEXT -> text(bytes(in, unpackNumber(in, length)));
            case BLOB -> bytes(in, unpackNumber(in, length));
            case NULL -> null;
            default -> throw malformed("there is no type " + (head & TYPE_MASK));
        };
    }

    private static long unpackNumber(ByteBuffer in, int bytes) {
        if (bytes > Long.BYTES) {
            throw malformed("an integer of " + bytes + " bytes");
        }
        require(in, bytes);
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << Byte.SIZE | (in.get() & 0xff);
        }
        return number;
    }

    private static byte[] bytes(ByteBuffer in, long length) {
        require(in, length);
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    private static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("a text that is not UTF-8");
        }
    }

    private static void require(ByteBuffer in, long bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw malformed("it ends too early");
        }
    }

    private static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("malformed packed key: " + why);
    }
}
