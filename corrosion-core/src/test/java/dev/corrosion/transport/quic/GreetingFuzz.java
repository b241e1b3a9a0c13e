package dev.corrosion.transport.quic;

import dev.corrosion.fuzz.Budget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is read of those who are not known yet: the greeting, the token that proves an address (before any handshake), and the
 * error with which a connection is closed.
 */
public final class GreetingFuzz {

    static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    /** What is said of a greeting that is refused goes to logs and to the peer. */
    private static final int MAX_EXPLANATION = 1000;

    private GreetingFuzz() {}

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        Budget.check(input.length, () -> {
            hello(input);
            token(input);
            alert(input);
        });
    }

    private static void hello(byte[] input) {
        try {
            HelloFrame hello = HelloFrame.decode(input);
            byte[] once = hello.encode();
            HelloFrame again = HelloFrame.decode(once);
            if (!again.equals(hello) || !Arrays.equals(once, again.encode())) {
                throw new AssertionError("encoded and decoded it is another greeting: " + hello + " and " + again);
            }
            if (hello.cluster().chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("a cluster that would break the lines of the log");
            }
        } catch (RefusedException e) {
            String why = String.valueOf(e.getMessage());
            if (why.isBlank() || why.length() > MAX_EXPLANATION) {
                throw new AssertionError("not an explanation: " + why, e);
            }
        }
    }

    private static void token(byte[] input) {
        RetryTokens tokens = tokens();
        ByteBuf token = Unpooled.wrappedBuffer(input);
        int offset = tokens.validateToken(token, CLIENT);
        if (token.readerIndex() != 0 || offset < -1 || offset > input.length || offset > tokens.maxTokenLength()) {
            throw new AssertionError("a token whose connection id begins at " + offset);
        }
        if (tokens.validateToken(token, new InetSocketAddress(CLIENT.getAddress(), CLIENT.getPort() + 1)) != -1) {
            throw new AssertionError("a token of another address is accepted");
        }
    }

    static RetryTokens tokens() {
        return new RetryTokens(new byte[RetryTokens.KEY_BYTES], () -> 0L, () -> true);
    }

    private static void alert(byte[] input) {
        int error = input.length < Integer.BYTES
                ? input.length
                : ByteBuffer.wrap(input).getInt();
        if (TlsAlert.isAlert(error) && TlsAlert.explain(TlsAlert.of(error)).isBlank()) {
            throw new AssertionError("an alert without a meaning: " + error);
        }
    }
}
