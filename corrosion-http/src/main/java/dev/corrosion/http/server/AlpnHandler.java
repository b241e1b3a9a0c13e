package dev.corrosion.http.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves what client and server have agreed on; HTTP/1.1 with clients that know nothing of that. */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
final class AlpnHandler extends ApplicationProtocolNegotiationHandler {

    private static final Logger log = LoggerFactory.getLogger(AlpnHandler.class);

    private final Connections connections;

    AlpnHandler(Connections connections) {
        super(ApplicationProtocolNames.HTTP_1_1);
        this.connections = connections;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
        if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
            connections.http2(context.pipeline());
        } else {
            connections.http1(context.pipeline());
        }
    }

    /** Anybody can cause it, so it is no warning. */
    @Override
    protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
        log.debug("{}: TLS handshake failed: {}", context.channel(), cause.toString());
        context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("{}: {}", context.channel(), cause.toString());
        context.close();
    }
}
