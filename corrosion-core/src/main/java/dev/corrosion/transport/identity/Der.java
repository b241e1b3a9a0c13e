package dev.corrosion.transport.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes what a certificate is made of by the distinguished encoding rules (ITU-T X.690), and reads nothing.
 *
 * <p>A node makes two certificates of one fixed form at each start. A library for certificates takes 0.35 s of CPU for
 * them, nearly all of it for loading its classes; this takes none worth measuring.
 */
final class Der {

    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED = 0x20;

    /** From here on a time has four digits of year, RFC 5280 section 4.1.2.5. */
    private static final Instant LONG_YEARS = Instant.parse("2050-01-01T00:00:00Z");

    private static final DateTimeFormatter SHORT_TIME = time("yyMMddHHmmss'Z'");
    private static final DateTimeFormatter LONG_TIME = time("yyyyMMddHHmmss'Z'");

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return tagged(SEQUENCE, concat(parts));
    }

    /** With an explicit tag of the context, so that what it holds keeps its own. */
    static byte[] explicit(int number, byte[] content) {
        return tagged(CONTEXT | CONSTRUCTED | number, content);
    }

    /** Text of ASCII, whose own tag is replaced by one of the context. */
    static byte[] implicitText(int number, String text) {
        return tagged(CONTEXT | number, text.getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] integer(BigInteger value) {
        return tagged(INTEGER, value.toByteArray());
    }

    static byte[] yes() {
        return tagged(BOOLEAN, new byte[] {(byte) 0xFF});
    }

    /** Whole bytes. */
    static byte[] bits(byte[] content) {
        return tagged(BIT_STRING, concat(new byte[] {0}, content));
    }

    /** One bit that is set, and none after it: how named bits are written. Counted from the left, 0 to 7. */
    static byte[] namedBit(int bit) {
        return tagged(BIT_STRING, new byte[] {(byte) (7 - bit), (byte) (0x80 >> bit)});
    }

    static byte[] octets(byte[] content) {
        return tagged(OCTET_STRING, content);
    }

    /** An object identifier, from its dotted form; each number below 2^14 but the first two, which make one byte. */
    static byte[] oid(String dotted) {
        String[] numbers = dotted.split("\\.", -1);
        byte[] bytes = {(byte) (40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]))};
        for (int i = 2; i < numbers.length; i++) {
            int number = Integer.parseInt(numbers[i]);
            byte low = (byte) (number & 0x7F);
            bytes = concat(bytes, number < 0x80 ? new byte[] {low} : new byte[] {(byte) (0x80 | number >> 7), low});
        }
        return tagged(OBJECT_IDENTIFIER, bytes);
    }

    static byte[] time(Instant instant) {
        boolean longYear = !instant.isBefore(LONG_YEARS);
        String text = (longYear ? LONG_TIME : SHORT_TIME).format(instant);
        return tagged(longYear ? GENERALIZED_TIME : UTC_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] tagged(int tag, byte[] content) {
        return concat(new byte[] {(byte) tag}, length(content.length), content);
    }

    private static byte[] length(int length) {
        if (length < 0x80) {
            return new byte[] {(byte) length};
        }
        byte[] bytes = BigInteger.valueOf(length).toByteArray();
        // The two's complement begins with a zero where the first bit would be taken for a sign.
        int from = bytes[0] == 0 ? 1 : 0;
        byte[] field = new byte[1 + bytes.length - from];
        field[0] = (byte) (0x80 | bytes.length - from);
        System.arraycopy(bytes, from, field, 1, bytes.length - from);
        return field;
    }

    private static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    private static DateTimeFormatter time(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
