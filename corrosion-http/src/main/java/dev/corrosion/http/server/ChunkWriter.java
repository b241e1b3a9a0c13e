package dev.corrosion.http.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;

/**
 * Writes chunks, each when the one before it is with the operating system: so a slow client slows down what it reads, and
 * nothing piles up here. A client that takes nothing for too long is cut off.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
final class ChunkWriter extends BaseSubscriber<byte[]> {

    private static final Logger log = LoggerFactory.getLogger(ChunkWriter.class);

    private final ChannelHandlerContext context;
    private final Duration timeout;
    private final Runnable written;
    private final boolean marksEnd;

    /**
     * @param timeout how long the client may take for a chunk
     * @param written is told when all is written, on the channel's thread
     * @param marksEnd whether the body has an end of its own, apart from that of the connection
     */
    ChunkWriter(ChannelHandlerContext context, Duration timeout, Runnable written, boolean marksEnd) {
        this.context = context;
        this.timeout = timeout;
        this.written = written;
        this.marksEnd = marksEnd;
    }

    /** On the channel's thread, before it subscribes. */
    void begin(HttpResponse head) {
        context.writeAndFlush(head);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(1);
    }

    @Override
    protected void hookOnNext(byte[] chunk) {
        context.executor().execute(() -> write(chunk));
    }

    private void write(byte[] chunk) {
        Future<?> deadline = context.executor().schedule(this::cutOff, timeout.toMillis(), TimeUnit.MILLISECONDS);
        context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)))
                .addListener(done -> {
                    deadline.cancel(false);
                    if (done.isSuccess()) {
                        request(1);
                    } else {
                        cancel();
                    }
                });
    }

    private void cutOff() {
        log.debug("{}: the client has taken nothing for {}", context.channel(), timeout);
        cancel();
        context.close();
    }

    @Override
    protected void hookOnComplete() {
        context.executor().execute(() -> {
            ChannelFuture last = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            last.addListener(done -> {
                if (marksEnd) {
                    written.run();
                } else {
                    context.close();
                }
            });
        });
    }

    /** The end of the connection, without that of the body, tells the client that something is missing. */
    @Override
    protected void hookOnError(@Nullable Throwable error) {
        log.debug("{}: a response was broken off: {}", context.channel(), String.valueOf(error));
        context.executor().execute(() -> context.close());
    }
}
