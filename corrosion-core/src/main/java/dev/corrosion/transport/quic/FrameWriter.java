package dev.corrosion.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.EOFException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to one stream, in order. What waits is kept as the arrays that callers gave, so that one array may wait
 * for many peers; only what is under way is copied. Small frames that are offered together leave in one write.
 *
 * <p>Event loop only.
 */
final class FrameWriter {

    /** Largest piece written at once. */
    private static final int CHUNK_BYTES = 64 << 10;

    /** Bytes given to the stream that it has not accepted yet. */
    private static final int IN_FLIGHT_BYTES = 4 * CHUNK_BYTES;

    private static final byte[] NOTHING = new byte[0];

    /** A frame, or a mark if the header is negative. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and copying is what is to be avoided.
    private record Entry(int header, byte[] frame, @Nullable CompletableFuture<Void> written) {

        int bytes() {
            return FrameDecoder.HEADER_BYTES + frame.length;
        }
    }

    private final QuicStreamChannel stream;
    private final int maxQueuedBytes;
    private final Runnable onProgress;
    private final ArrayDeque<Entry> queue = new ArrayDeque<>();

    /** How much of the first entry has been given to the stream. */
    private int offset;

    private int queuedBytes;
    private int inFlight;
    private boolean scheduled;
    private boolean ended;
    private boolean closed;

    FrameWriter(QuicStreamChannel stream, int maxQueuedBytes, Runnable onProgress) {
        this.stream = stream;
        this.maxQueuedBytes = maxQueuedBytes;
        this.onProgress = onProgress;
        stream.closeFuture().addListener(closing -> close(new EOFException("the link was closed")));
    }

    /**
     * Takes a frame.
     *
     * @param written completed when the stream has accepted the frame, failed when it never will; null if nobody asks
     * @return false if it was not taken: too much is waiting, or the stream has ended
     */
    boolean offer(byte[] frame, @Nullable CompletableFuture<Void> written) {
        Entry entry = new Entry(frame.length, frame, written);
        if (closed || ended || (queuedBytes > 0 && queuedBytes + entry.bytes() > maxQueuedBytes)) {
            return false;
        }
        add(entry);
        return true;
    }

    /** Says that everything has been said and ends the stream. */
    void end() {
        mark(FrameDecoder.END_MARK);
    }

    /** Says that this breaks off and ends the stream. */
    void abort() {
        mark(FrameDecoder.ABORT_MARK);
    }

    boolean isIdle() {
        return closed || queuedBytes == 0;
    }

    /** Whether an end or a break has been said. */
    boolean hasEnded() {
        return ended;
    }

    private void mark(int mark) {
        if (!closed && !ended) {
            add(new Entry(mark, NOTHING, null));
            ended = true;
        }
    }

    private void add(Entry entry) {
        queue.add(entry);
        queuedBytes += entry.bytes();
        if (!scheduled) {
            // Later, so that what is offered in one go of the event loop leaves together.
            scheduled = true;
            stream.eventLoop().execute(this::pump);
        }
    }

    private void pump() {
        scheduled = false;
        while (!closed && !queue.isEmpty() && inFlight < IN_FLIGHT_BYTES) {
            int size = Math.min(queuedBytes - inFlight, CHUNK_BYTES);
            ByteBuf chunk = stream.alloc().directBuffer(size, size);
            List<Entry> complete = new ArrayList<>();
            fill(chunk, complete);
            int bytes = chunk.readableBytes();
            inFlight += bytes;
            boolean last = ended && queue.isEmpty();
            ChannelFuture write = stream.write(last ? new DefaultQuicStreamFrame(chunk, true) : chunk);
            write.addListener((ChannelFutureListener) done -> written(done, bytes, complete));
        }
    }

    private void fill(ByteBuf chunk, List<Entry> complete) {
        while (!queue.isEmpty()) {
            Entry entry = queue.element();
            if (offset == 0) {
                if (chunk.writableBytes() < FrameDecoder.HEADER_BYTES) {
                    return;
                }
                chunk.writeInt(entry.header());
                offset = FrameDecoder.HEADER_BYTES;
            }
            int count = Math.min(entry.bytes() - offset, chunk.writableBytes());
            chunk.writeBytes(entry.frame(), offset - FrameDecoder.HEADER_BYTES, count);
            offset += count;
            if (offset < entry.bytes()) {
                return;
            }
            complete.add(queue.remove());
            offset = 0;
        }
    }

    private void written(ChannelFuture done, int bytes, List<Entry> complete) {
        inFlight -= bytes;
        queuedBytes -= bytes;
        Throwable failure = done.cause();
        for (Entry entry : complete) {
            settle(entry, failure);
        }
        if (failure != null) {
            close(failure);
            return;
        }
        onProgress.run();
        if (!scheduled && !closed && !queue.isEmpty()) {
            scheduled = true;
            stream.eventLoop().execute(this::pump);
        }
    }

    private void close(Throwable cause) {
        if (closed) {
            return;
        }
        closed = true;
        List<Entry> waiting = new ArrayList<>(queue);
        queue.clear();
        waiting.forEach(entry -> settle(entry, cause));
    }

    private static void settle(Entry entry, @Nullable Throwable failure) {
        CompletableFuture<Void> written = entry.written();
        if (written == null) {
            return;
        }
        if (failure == null) {
            written.complete(null);
        } else {
            written.completeExceptionally(failure);
        }
    }
}
