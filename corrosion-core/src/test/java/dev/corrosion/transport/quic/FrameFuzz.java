package dev.corrosion.transport.quic;

import dev.corrosion.fuzz.Budget;
import dev.corrosion.transport.quic.FrameDecoder.Item;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A stream of frames. The first byte says into how large pieces the rest is cut, which must make no difference. */
public final class FrameFuzz {

    /** Less than some inputs have, so that both sides of the bound are reached. */
    static final int MAX_FRAME_BYTES = 1000;

    private FrameFuzz() {}

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(input, 1, input.length);
        Budget.check(input.length, () -> {
            List<String> whole = items(stream, stream.length + 1, MAX_FRAME_BYTES);
            List<String> pieces = items(stream, 1 + (input[0] & 0xff), MAX_FRAME_BYTES);
            if (!whole.equals(pieces)) {
                throw new AssertionError("whole it is " + whole + ", in pieces " + pieces);
            }
            items(stream, stream.length + 1, Integer.MAX_VALUE);
        });
    }

    /** What comes out, up to the first thing that ends a stream. */
    private static List<String> items(byte[] stream, int pieceBytes, int maxFrameBytes) {
        FrameDecoder decoder = new FrameDecoder(maxFrameBytes);
        List<String> items = new ArrayList<>();
        for (int at = 0; at < stream.length; at += pieceBytes) {
            ByteBuf piece = Unpooled.wrappedBuffer(stream, at, Math.min(pieceBytes, stream.length - at));
            Item item = decoder.decode(piece);
            while (item == Item.FRAME) {
                byte[] frame = decoder.frame();
                if (frame.length > maxFrameBytes) {
                    throw new AssertionError("a frame of " + frame.length + " bytes");
                }
                items.add(frame.length + ":" + Arrays.hashCode(frame));
                item = decoder.decode(piece);
            }
            if (item == Item.NEED_MORE && piece.isReadable()) {
                throw new AssertionError("it wants more and has " + piece.readableBytes());
            }
            if (item != Item.NEED_MORE) {
                items.add(item + " " + decoder.announced());
                return items;
            }
        }
        return items;
    }
}
