package dev.corrosion.http.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends HTTP/2 connections on which nothing comes: at once if they have no streams, and else if the client does not answer a PING
 * until the next time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
final class IdleHttp2Handler extends ChannelDuplexHandler {

    private static final Logger log = LoggerFactory.getLogger(IdleHttp2Handler.class);

    /** What the PING carries; nobody looks at it. */
    private static final long PING = 1;

    private final Http2FrameCodec codec;

    IdleHttp2Handler(Http2FrameCodec codec) {
        this.codec = codec;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent idle) {
            boolean unanswered = !idle.isFirst(); // nothing has come since the last time
            if (unanswered || codec.connection().numActiveStreams() == 0) {
                context.close();
            } else {
                context.writeAndFlush(new DefaultHttp2PingFrame(PING));
            }
        } else {
            super.userEventTriggered(context, event);
        }
    }

    /** Frames of the connection itself, such as SETTINGS, which the codec has dealt with. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("{}: {}", context.channel(), cause.toString());
        context.close();
    }
}
