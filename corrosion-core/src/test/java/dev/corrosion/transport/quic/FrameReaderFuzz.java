package dev.corrosion.transport.quic;

import dev.corrosion.fuzz.Budget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A stream of frames as its reader gets it. The first byte says into how large pieces the rest is cut, the second which frames
 * the sink takes at once; neither may make a difference. Frames come one at a time, and no buffer is left.
 */
public final class FrameReaderFuzz {

    /** Less than some inputs have, so that both sides of the bound are reached. */
    static final int MAX_FRAME_BYTES = 1000;

    private FrameReaderFuzz() {}

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(input, 2, input.length);
        Budget.check(input.length, () -> {
            List<String> expected = expected(stream);
            require(expected, read(stream, stream.length + 1, 0));
            require(expected, read(stream, 16 + (input[0] & 0xff), input[1]));
        });
    }

    private static void require(List<String> expected, List<String> read) {
        if (!expected.equals(read)) {
            throw new AssertionError("it should be " + expected + " and is " + read);
        }
    }

    /** What the decoder makes of it; a stream that just stops is broken off. */
    private static List<String> expected(byte[] stream) {
        FrameDecoder decoder = new FrameDecoder(MAX_FRAME_BYTES);
        ByteBuf bytes = Unpooled.wrappedBuffer(stream);
        List<String> items = new ArrayList<>();
        FrameDecoder.Item item = decoder.decode(bytes);
        while (item == FrameDecoder.Item.FRAME) {
            items.add(Sink.describe(decoder.frame()));
            item = decoder.decode(bytes);
        }
        items.add(item == FrameDecoder.Item.END ? Sink.END : Sink.BROKEN);
        return items;
    }

    private static List<String> read(byte[] stream, int pieceBytes, int taken) {
        Sink sink = new Sink(taken);
        Allowance allowance = new Allowance(1 << 20);
        EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(sink, MAX_FRAME_BYTES, allowance));
        List<ByteBuf> pieces = new ArrayList<>();
        for (int at = 0; at < stream.length; at += pieceBytes) {
            ByteBuf piece = Unpooled.copiedBuffer(stream, at, Math.min(pieceBytes, stream.length - at));
            pieces.add(piece);
            channel.writeInbound(piece);
            sink.release(channel);
        }
        channel.finishAndReleaseAll();
        if (pieces.stream().anyMatch(piece -> piece.refCnt() != 0)) {
            throw new AssertionError("a buffer is left");
        }
        if (!allowance.take(1 << 20)) {
            throw new AssertionError("what frames may take together is not given back");
        }
        return sink.items;
    }

    private static final class Sink implements FrameSink {

        static final String END = "end";
        static final String BROKEN = "broken off";

        final List<String> items = new ArrayList<>();
        private final int taken;
        private @Nullable CompletableFuture<Void> busy;
        private boolean over;

        Sink(int taken) {
            this.taken = taken;
        }

        static String describe(byte[] frame) {
            return frame.length + ":" + Arrays.hashCode(frame);
        }

        @Override
        public CompletionStage<?> onFrame(byte[] frame) {
            if (busy != null || over) {
                throw new IllegalStateException("not asked for");
            }
            if (frame.length > MAX_FRAME_BYTES) {
                throw new IllegalStateException("a frame of " + frame.length + " bytes");
            }
            items.add(describe(frame));
            if ((taken >> (items.size() % Byte.SIZE) & 1) == 0) {
                return CompletableFuture.completedFuture(null);
            }
            busy = new CompletableFuture<>();
            return busy;
        }

        /** Takes what it was given, and what comes of that. */
        void release(EmbeddedChannel channel) {
            CompletableFuture<Void> held = busy;
            while (held != null) {
                busy = null;
                held.complete(null);
                channel.runPendingTasks();
                held = busy;
            }
        }

        @Override
        public void onEnd() {
            end(END);
        }

        @Override
        public void onBroken(Throwable cause) {
            end(BROKEN);
        }

        private void end(String how) {
            if (over) {
                throw new IllegalStateException("it ends twice");
            }
            over = true;
            items.add(how);
        }
    }
}
