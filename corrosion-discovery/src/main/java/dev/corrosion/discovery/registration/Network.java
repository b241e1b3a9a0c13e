package dev.corrosion.discovery.registration;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A network such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param address an address in it
 * @param bits how many of its leading bits all addresses of the network have
 */
public record Network(InetAddress address, int bits) {

    /** Only what cannot be a name, which would be looked up. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    public Network {
        if (bits < 0 || bits > address.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException(bits + " is not the length of a prefix of " + address.getHostAddress());
        }
    }

    /**
     * Reads one; without a length it is a single address.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Network parse(String text) {
        String[] parts = text.strip().split("/", -1);
        try {
            InetAddress address = literal(parts[0]);
            int bits = parts.length == 1 ? address.getAddress().length * Byte.SIZE : Integer.parseInt(parts[1]);
            if (parts.length <= 2) {
                return new Network(address, bits);
            }
        } catch (NumberFormatException | UnknownHostException e) {
            throw new IllegalArgumentException(message(text), e);
        }
        throw new IllegalArgumentException(message(text));
    }

    private static String message(String text) {
        return "'" + text + "' is not a network such as 10.0.0.0/8 or fd00::/8";
    }

    private static InetAddress literal(String text) throws UnknownHostException {
        if (!LITERAL.matcher(text).matches()) {
            throw new UnknownHostException(text);
        }
        return InetAddress.getByName(text);
    }

    /** Whether the address is in it. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] its = other.getAddress();
        if (mine.length != its.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >>> (bit % Byte.SIZE);
            if (((mine[bit / Byte.SIZE] ^ its[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }
}
