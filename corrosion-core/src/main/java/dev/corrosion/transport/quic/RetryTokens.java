package dev.corrosion.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes those who connect prove that packets reach them at the address they send from (RFC 9000 section 8.1.2), so that
 * forged source addresses cannot fill the table of handshakes. It costs a round trip, hence only under load.
 *
 * <p>Bytes of a token: time in seconds u32, 16 of HMAC-SHA-256 over all else and the address, original connection id.
 * Event loop only.
 */
final class RetryTokens implements QuicTokenHandler {

    static final int KEY_BYTES = 32;

    private static final Logger log = LoggerFactory.getLogger(RetryTokens.class);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int TIME_BYTES = Integer.BYTES;
    private static final int TAG_BYTES = 16;
    private static final int HEADER_BYTES = TIME_BYTES + TAG_BYTES;
    private static final Duration LIFETIME = Duration.ofSeconds(10);

    private final Mac mac;
    private final LongSupplier nanoTime;
    private final BooleanSupplier underLoad;
    private final long origin;

    RetryTokens(byte[] key, LongSupplier nanoTime, BooleanSupplier underLoad) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
        this.nanoTime = nanoTime;
        this.underLoad = underLoad;
        this.origin = nanoTime.getAsLong();
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress address) {
        if (!underLoad.getAsBoolean()) {
            return false;
        }
        log.debug("many handshakes are under way: {} has to prove its address", address);
        byte[] id = bytes(connectionId, connectionId.readableBytes());
        int now = seconds();
        out.writeInt(now).writeBytes(tag(now, address, id)).writeBytes(id);
        return true;
    }

    /** Where in the token the original connection id begins; -1 if the token is not ours, not theirs or too old. */
    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        if (token.readableBytes() < HEADER_BYTES || token.readableBytes() > maxTokenLength()) {
            return -1;
        }
        ByteBuf copy = token.duplicate();
        int time = copy.readInt();
        byte[] tag = bytes(copy.readSlice(TAG_BYTES), TAG_BYTES);
        byte[] id = bytes(copy, copy.readableBytes());
        int age = seconds() - time;
        boolean fresh = age >= 0 && age <= LIFETIME.toSeconds();
        return MessageDigest.isEqual(tag, tag(time, address, id)) && fresh ? HEADER_BYTES : -1;
    }

    @Override
    public int maxTokenLength() {
        return HEADER_BYTES + Quic.MAX_CONN_ID_LEN;
    }

    private byte[] tag(int time, InetSocketAddress address, byte[] connectionId) {
        mac.update(ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(time)
                .putInt(address.getPort())
                .array());
        mac.update(address.getAddress().getAddress());
        return Arrays.copyOf(mac.doFinal(connectionId), TAG_BYTES);
    }

    private int seconds() {
        return (int) Duration.ofNanos(nanoTime.getAsLong() - origin).toSeconds();
    }

    private static byte[] bytes(ByteBuf buffer, int count) {
        byte[] bytes = new byte[count];
        buffer.getBytes(buffer.readerIndex(), bytes);
        return bytes;
    }
}
