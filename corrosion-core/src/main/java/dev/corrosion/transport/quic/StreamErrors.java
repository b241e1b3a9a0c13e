package dev.corrosion.transport.quic;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what goes wrong on a stream that is only written; the writer learns of it by its futures. */
final class StreamErrors extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(StreamErrors.class);

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("stream {}: {}", context.channel(), cause.toString());
    }
}
