package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import dev.corrosion.fuzz.Fuzzing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TransportFuzzTest {

    @Test
    void aStreamIsCutIntoFramesOrRefusedAndTakesLittle() {
        Fuzzing.run(
                "frames",
                List.of(
                        stream(0, new int[] {3, 0, 7}, FrameDecoder.END_MARK),
                        stream(2, new int[] {300}, FrameDecoder.ABORT_MARK),
                        stream(6, new int[] {FrameFuzz.MAX_FRAME_BYTES}, FrameFuzz.MAX_FRAME_BYTES + 1),
                        stream(255, new int[] {1}, Integer.MAX_VALUE),
                        stream(1, new int[] {}, Integer.MIN_VALUE)),
                FrameFuzz::fuzzerTestOneInput);
    }

    @Test
    void aReaderDeliversTheFramesOfAStreamOneByOneAndKeepsNothing() {
        Fuzzing.run(
                "frame-reader",
                List.of(
                        reader(0, 0, new int[] {3, 0, 7}, FrameDecoder.END_MARK),
                        reader(0, 255, new int[] {300, 1, 1}, FrameDecoder.ABORT_MARK),
                        reader(5, 0x55, new int[] {1, 2, 3, 4, 5, 6, 7, 8}, FrameDecoder.END_MARK),
                        reader(255, 2, new int[] {FrameReaderFuzz.MAX_FRAME_BYTES}, Integer.MAX_VALUE),
                        reader(1, 1, new int[] {}, 5)),
                FrameReaderFuzz::fuzzerTestOneInput);
    }

    @Test
    void aGreetingOfAStrangerIsReadOrRefusedAndTakesLittle() throws Exception {
        Fuzzing.run(
                "greeting",
                List.of(hello("", 4), hello("größe", 16), hello("x".repeat(255), 4), token()),
                GreetingFuzz::fuzzerTestOneInput);
    }

    private static byte[] reader(int pieces, int taken, int[] frames, int last) {
        byte[] stream = stream(pieces, frames, last);
        ByteBuf bytes = Unpooled.buffer().writeByte(pieces).writeByte(taken);
        return ByteBufUtil.getBytes(bytes.writeBytes(stream, 1, stream.length - 1));
    }

    private static byte[] stream(int pieces, int[] frames, int last) {
        ByteBuf bytes = Unpooled.buffer().writeByte(pieces);
        for (int size : frames) {
            bytes.writeInt(size).writeBytes(new byte[size]);
        }
        return ByteBufUtil.getBytes(bytes.writeInt(last));
    }

    private static byte[] hello(String cluster, int addressBytes) throws UnknownHostException {
        byte[] address = new byte[addressBytes];
        address[0] = 10;
        address[addressBytes - 1] = 1;
        return new HelloFrame(
                        new ActorId(new UUID(1, 2)),
                        -3,
                        new InetSocketAddress(InetAddress.getByAddress(address), 8787),
                        cluster)
                .encode();
    }

    private static byte[] token() {
        ByteBuf token = Unpooled.buffer();
        GreetingFuzz.tokens().writeToken(token, Unpooled.wrappedBuffer(new byte[16]), GreetingFuzz.CLIENT);
        return ByteBufUtil.getBytes(token);
    }
}
