package dev.corrosion.transport.quic;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into frames: a length (u32, big-endian), then so many bytes. Two lengths that no frame can have
 * are marks: {@link #END_MARK} for "everything has been said", {@link #ABORT_MARK} for "broken off". The marks are
 * there because the end of a QUIC stream alone cannot be relied on to arrive.
 *
 * <p>Memory is taken as bytes arrive, not as they are announced. Not thread-safe.
 */
final class FrameDecoder {

    static final int HEADER_BYTES = Integer.BYTES;
    static final int END_MARK = -1;
    static final int ABORT_MARK = -2;

    private static final int FIRST_ALLOCATION = 64 << 10;
    private static final byte[] NOTHING = new byte[0];

    /** What {@link #decode} has come upon. */
    enum Item {
        /** The input is used up. */
        NEED_MORE,
        /** A frame is complete: {@link #frame()}. */
        FRAME,
        END,
        ABORT,
        /** A frame is announced that is larger than allowed. */
        TOO_LARGE,
        /** Too much is arriving beside it. */
        NO_ROOM
    }

    private final Allowance allowance;
    private int maxFrameBytes;
    private int header;
    private int headerFilled;
    private byte[] frame = NOTHING;
    private int filled;

    FrameDecoder(int maxFrameBytes) {
        this(maxFrameBytes, Allowance.unlimited());
    }

    /** @param allowance for frames that are not complete, of this decoder and others */
    FrameDecoder(int maxFrameBytes, Allowance allowance) {
        this.maxFrameBytes = maxFrameBytes;
        this.allowance = allowance;
    }

    /** From the next frame on. */
    void maxFrameBytes(int bytes) {
        maxFrameBytes = bytes;
    }

    /** Consumes up to one item of the input. */
    Item decode(ByteBuf input) {
        while (headerFilled < HEADER_BYTES) {
            if (!input.isReadable()) {
                return Item.NEED_MORE;
            }
            header = header << Byte.SIZE | input.readUnsignedByte();
            headerFilled++;
            if (headerFilled == HEADER_BYTES && header < 0) {
                return mark();
            }
        }
        if (header > maxFrameBytes) {
            return Item.TOO_LARGE;
        }
        return fill(input);
    }

    /** The length announced last. */
    long announced() {
        return Integer.toUnsignedLong(header);
    }

    /** The frame that is complete; the decoder forgets it. */
    byte[] frame() {
        byte[] complete = frame;
        release();
        filled = 0;
        headerFilled = 0;
        return complete;
    }

    /** Forgets a frame that will not be completed. */
    void release() {
        allowance.giveBack(frame.length);
        frame = NOTHING;
    }

    private Item mark() {
        headerFilled = 0;
        return switch (header) {
            case END_MARK -> Item.END;
            case ABORT_MARK -> Item.ABORT;
            default -> Item.TOO_LARGE;
        };
    }

    private Item fill(ByteBuf input) {
        int count = Math.min(header - filled, input.readableBytes());
        if (filled + count > frame.length) {
            int doubled = (int) Math.min(header, Math.max(FIRST_ALLOCATION, 2L * frame.length));
            int length = Math.max(doubled, filled + count);
            if (!allowance.take(length - frame.length)) {
                return Item.NO_ROOM;
            }
            frame = Arrays.copyOf(frame, length);
        }
        input.readBytes(frame, filled, count);
        filled += count;
        return filled == header ? Item.FRAME : Item.NEED_MORE;
    }
}
