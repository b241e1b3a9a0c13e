package dev.corrosion.protocol;

import dev.corrosion.fuzz.Budget;
import java.util.Arrays;

/** Bytes of a frame, a datagram or an answer, as a message. */
public final class WireFuzz {

    /** What is said of bytes that are no message goes to logs. */
    private static final int MAX_EXPLANATION = 1000;

    private WireFuzz() {}

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        Budget.check(input.length, () -> decode(input));
    }

    private static void decode(byte[] input) {
        Message message;
        try {
            message = Wire.decode(input);
        } catch (ProtocolException e) {
            String why = String.valueOf(e.getMessage());
            if (why.isBlank() || why.length() > MAX_EXPLANATION) {
                throw new AssertionError("not an explanation: " + why, e);
            }
            return;
        }
        byte[] once = Wire.encode(message);
        Message again = Wire.decode(once);
        if (!again.equals(message) || again.hashCode() != message.hashCode()) {
            throw new AssertionError("encoded and decoded it is another message: " + message + " and " + again);
        }
        if (!Arrays.equals(once, Wire.encode(again))) {
            throw new AssertionError("the same message is encoded in two ways: " + message);
        }
    }
}
