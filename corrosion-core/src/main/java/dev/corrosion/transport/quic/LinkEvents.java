package dev.corrosion.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes what Netty says about a connection on to its link. */
final class LinkEvents extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(LinkEvents.class);

    private final QuicLink link;

    LinkEvents(QuicLink link) {
        this.link = link;
    }

    QuicLink link() {
        return link;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        link.onActive();
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf datagram) {
            try {
                link.onDatagram(datagram);
            } finally {
                datagram.release();
            }
        } else {
            // A new stream: the pipeline's end sets it up.
            context.fireChannelRead(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            link.onHandshakeFailed(handshake.cause());
        } else if (event instanceof QuicConnectionCloseEvent close) {
            link.onPeerClosed(close.isApplicationClose(), close.error(), reason(close));
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("link to {}: {}", link.remote(), cause.toString());
    }

    private static byte[] reason(QuicConnectionCloseEvent close) {
        try {
            return close.reason();
        } catch (NullPointerException e) {
            // Netty 4.2.17 copies the reason without looking whether the peer gave one.
            return new byte[0];
        }
    }
}
