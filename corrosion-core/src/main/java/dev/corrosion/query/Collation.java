package dev.corrosion.query;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SQLite's collations, as far as they are built in, and its order of values: NULL, numbers, texts, blobs (see "Datatypes
 * in SQLite", sections 4 and 7).
 *
 * <p>A <em>canonical</em> value is the same object, by {@code equals}, for all values that SQLite takes for equal under the
 * collation; SQLite takes it for equal to them, too, so that it can stand for them in a comparison.
 */
enum Collation {
    BINARY {
        @Override
        String canonical(String text) {
            return text;
        }
    },
    /** Ignores the case of ASCII letters. */
    NOCASE {
        @Override
        String canonical(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c >= 'A' && c <= 'Z') {
                    return folded(text);
                }
            }
            return text;
        }
    },
    /** Ignores spaces at the end. */
    RTRIM {
        @Override
        String canonical(String text) {
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == ' ') {
                end--;
            }
            return text.substring(0, end);
        }
    };

    abstract String canonical(String text);

    /** The collation of a name that SQLite gave, none if it is not built in. */
    static Optional<Collation> named(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "BINARY", "B", "" -> Optional.of(BINARY);
            case "NOCASE" -> Optional.of(NOCASE);
            case "RTRIM" -> Optional.of(RTRIM);
            default -> Optional.empty();
        };
    }

    /** @param value null, Long, Double, String, byte[] or what this gave */
    @Nullable Object canonical(@Nullable Object value) {
        if (value instanceof String text) {
            return canonical(text);
        }
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer();
        }
        if (value instanceof Double number) {
            return canonical(number.doubleValue());
        }
        return value;
    }

    /** 1 and 1.0 are equal, as are 0.0 and -0.0. */
    private static Object canonical(double number) {
        long whole = (long) number;
        // 2^63 as a double would be cast to 2^63 - 1
        return whole == number && number < 0x1p63 ? (Object) whole : (Object) number;
    }

    /**
     * Whether the canonical value is what it promises to be. Not so for text in which the driver had to replace what is not
     * valid, and for NOCASE, which does not look behind a NUL character.
     */
    boolean isExact(@Nullable Object value) {
        return !(value instanceof String text)
                || (text.indexOf('\uFFFD') < 0 && (this != NOCASE || text.indexOf('\0') < 0));
    }

    /** Compares as ORDER BY does, NULL first. */
    int compare(@Nullable Object one, @Nullable Object other) {
        int kind = kind(one);
        int byKind = Integer.compare(kind, kind(other));
        if (byKind != 0 || one == null || other == null) {
            return byKind;
        }
        if (one instanceof Number a && other instanceof Number b) {
            return compareNumbers(a, b);
        }
        if (one instanceof String a && other instanceof String b) {
            return compareTexts(canonical(a), canonical(b), this == NOCASE);
        }
        return Arrays.compareUnsigned((byte[]) one, (byte[]) other);
    }

    private static int kind(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        return value instanceof Number ? 1 : value instanceof String ? 2 : 3;
    }

    private static int compareNumbers(Number a, Number b) {
        if (a instanceof Long one && b instanceof Long other) {
            return Long.compare(one, other);
        }
        if (a instanceof Long one) {
            return compareExactly(one, b.doubleValue());
        }
        if (b instanceof Long other) {
            return -compareExactly(other, a.doubleValue());
        }
        return a.doubleValue() < b.doubleValue() ? -1 : a.doubleValue() > b.doubleValue() ? 1 : 0;
    }

    /** Exact, although a double cannot hold every long. */
    private static int compareExactly(long whole, double real) {
        if (real >= 0x1p63) {
            return -1;
        }
        if (real < -0x1p63) {
            return 1;
        }
        int byWhole = Long.compare(whole, (long) real);
        double rest = real - (long) real; // Double.compare would tell 0.0 from -0.0
        return byWhole != 0 ? byWhole : rest > 0 ? -1 : rest < 0 ? 1 : 0;
    }

    /**
     * By code points, which is the order of the bytes in UTF-8; that of chars is not.
     *
     * @param upToNul what is behind a NUL character that both have counts by its length only
     */
    private static int compareTexts(String a, String b, boolean upToNul) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xHigh = Character.isSurrogate(x);
                boolean yHigh = Character.isSurrogate(y);
                return xHigh == yHigh ? Character.compare(x, y) : xHigh ? 1 : -1;
            }
            if (x == 0 && upToNul) {
                return Integer.compare(
                        a.getBytes(StandardCharsets.UTF_8).length, b.getBytes(StandardCharsets.UTF_8).length);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static String folded(String text) {
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (chars[i] >= 'A' && chars[i] <= 'Z') {
                chars[i] = (char) (chars[i] - 'A' + 'a');
            }
        }
        return new String(chars);
    }
}
