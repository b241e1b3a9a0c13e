package dev.corrosion.transport.quic;

import dev.corrosion.transport.identity.NodeIdentity;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A peer that does not keep the rules: shows what it likes and checks nothing. */
final class RawClient implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final QuicChannel connection;
    private @Nullable QuicStreamChannel frames;

    /** Completes when the other side closes the connection. */
    final CompletableFuture<QuicConnectionCloseEvent> closed = new CompletableFuture<>();

    RawClient(InetSocketAddress to, @Nullable NodeIdentity identity, String protocol) throws Exception {
        QuicSslContextBuilder tls = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .applicationProtocols(protocol);
        if (identity != null) {
            tls.keyManager(identity.privateKey(), null, identity.certificate());
        }
        Channel socket = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(new QuicClientCodecBuilder()
                        .sslContext(tls.build())
                        .maxIdleTimeout(5, TimeUnit.SECONDS)
                        .initialMaxData(1 << 20)
                        .initialMaxStreamDataUnidirectional(1 << 20)
                        .initialMaxStreamsUnidirectional(1)
                        .build())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        connection = QuicChannel.newBootstrap(socket)
                .handler(new CloseWatch())
                .streamHandler(new ChannelInboundHandlerAdapter())
                .remoteAddress(to)
                .connect()
                .get();
    }

    /** Opens the stream of frames and writes to it. */
    QuicStreamChannel write(ByteBuf bytes) throws Exception {
        QuicStreamChannel stream = connection
                .createStream(QuicStreamType.UNIDIRECTIONAL, new ChannelInboundHandlerAdapter())
                .get();
        stream.writeAndFlush(bytes).sync();
        frames = stream;
        return stream;
    }

    /** The stream that was opened by {@link #write}. */
    QuicStreamChannel frames() {
        return Objects.requireNonNull(frames);
    }

    /** Opens the stream of an exchange and writes to it. */
    QuicStreamChannel ask(ByteBuf bytes) throws Exception {
        QuicStreamChannel stream = connection
                .createStream(QuicStreamType.BIDIRECTIONAL, new ChannelInboundHandlerAdapter())
                .get();
        stream.writeAndFlush(bytes).sync();
        return stream;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class CloseWatch extends ChannelInboundHandlerAdapter {

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof QuicConnectionCloseEvent close) {
                closed.complete(close);
            }
        }
    }
}
