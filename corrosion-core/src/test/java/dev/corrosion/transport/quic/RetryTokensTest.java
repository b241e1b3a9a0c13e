package dev.corrosion.transport.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryTokensTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000);
    private static final InetSocketAddress OTHER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4001);

    private final AtomicLong now = new AtomicLong(42);
    private final RetryTokens tokens = new RetryTokens(new byte[32], now::get, () -> true);
    private final ByteBuf connectionId = Unpooled.copiedBuffer(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

    @Test
    void aTokenIsGoodForTheAddressItWasMadeForAndCarriesTheConnectionId() {
        ByteBuf token = token();
        int offset = tokens.validateToken(token, ADDRESS);
        assertThat(token.slice(offset, token.readableBytes() - offset)).isEqualTo(connectionId);
        assertThat(tokens.validateToken(token, OTHER)).isEqualTo(-1);
    }

    @Test
    void aForgedOrOldTokenIsRefused() {
        ByteBuf token = token();
        ByteBuf forged = token.copy();
        forged.setByte(forged.readableBytes() - 1, 99);
        assertThat(tokens.validateToken(forged, ADDRESS)).isEqualTo(-1);
        assertThat(tokens.validateToken(Unpooled.buffer().writeInt(0), ADDRESS)).isEqualTo(-1);
        now.addAndGet(Duration.ofSeconds(12).toNanos());
        assertThat(tokens.validateToken(token, ADDRESS)).isEqualTo(-1);
    }

    @Test
    void withoutLoadNothingIsAsked() {
        RetryTokens idle = new RetryTokens(new byte[32], now::get, () -> false);
        assertThat(idle.writeToken(Unpooled.buffer(), connectionId, ADDRESS)).isFalse();
    }

    private ByteBuf token() {
        ByteBuf token = Unpooled.buffer();
        assertThat(tokens.writeToken(token, connectionId, ADDRESS)).isTrue();
        return token;
    }
}
