package dev.corrosion.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells by its first bytes whether a client in clear text speaks HTTP/2 (RFC 9113, section 3.3) or HTTP/1.1. */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
final class PrefaceDetector extends ByteToMessageDecoder {

    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf().asReadOnly();

    private final Connections connections;
    private final Duration timeout;
    private @Nullable Future<?> deadline;

    /** @param timeout how long a client may say nothing */
    PrefaceDetector(Connections connections, Duration timeout) {
        this.connections = connections;
        this.timeout = timeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> context.close(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int compared = Math.min(in.readableBytes(), PREFACE.readableBytes());
        boolean same = ByteBufUtil.equals(in, in.readerIndex(), PREFACE, PREFACE.readerIndex(), compared);
        if (same && compared < PREFACE.readableBytes()) {
            return; // not known yet
        }
        if (same) {
            connections.http2(context.pipeline());
        } else {
            connections.http1(context.pipeline());
        }
        context.pipeline().remove(this); // what was read goes on to the handlers behind it
    }
}
