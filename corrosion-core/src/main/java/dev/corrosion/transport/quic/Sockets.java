package dev.corrosion.transport.quic;

import dev.corrosion.CorrosionException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The thread and the two UDP sockets of a transport. Netty's codec is either a server or a client on a socket, so links
 * that are accepted and links that are dialled use one each.
 */
final class Sockets implements AutoCloseable {

    static final String THREAD_NAME = "corrosion-quic";

    /** What the kernel is asked for; it may grant less. */
    private static final int SOCKET_BUFFER_BYTES = 2 << 20;

    /** Larger than any packet that is sent. */
    private static final int PACKET_BYTES = 2048;

    private static final int PACKETS_PER_READ = 64;
    private static final long SHUTDOWN_TIMEOUT_MILLIS = 1_000;

    private final MultiThreadIoEventLoopGroup group;
    private final Channel server;
    private final Channel client;

    private Sockets(MultiThreadIoEventLoopGroup group, Channel server, Channel client) {
        this.group = group;
        this.server = server;
        this.client = client;
    }

    /** Binds both; nothing is read yet. */
    static Sockets bind(InetSocketAddress address) {
        var group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory(THREAD_NAME, true), NioIoHandler.newFactory());
        try {
            Channel server = bind(group, address);
            Channel client = bind(group, new InetSocketAddress(address.getAddress(), 0));
            return new Sockets(group, server, client);
        } catch (RuntimeException e) {
            stop(group);
            throw e;
        }
    }

    private static Channel bind(MultiThreadIoEventLoopGroup group, InetSocketAddress address) {
        ChannelFuture bound = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(PACKET_BYTES).maxMessagesPerRead(PACKETS_PER_READ))
                .handler(new ChannelInboundHandlerAdapter())
                .bind(address)
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new CorrosionException(
                    "cannot listen on UDP " + address.getAddress().getHostAddress() + ":" + address.getPort() + ": "
                            + cause.getMessage(),
                    cause);
        }
        return bound.channel();
    }

    InetSocketAddress bound() {
        return (InetSocketAddress) server.localAddress();
    }

    EventLoop loop() {
        return server.eventLoop();
    }

    Channel server() {
        return server;
    }

    Channel client() {
        return client;
    }

    /** Frees sockets and thread; waits for that unless called by the thread itself. */
    @Override
    public void close() {
        Outcome.logged("closing a socket", server.close());
        Outcome.logged("closing a socket", client.close());
        stop(group);
    }

    private static void stop(MultiThreadIoEventLoopGroup group) {
        var stopped = group.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        boolean mine = false;
        for (var executor : group) {
            mine |= executor.inEventLoop();
        }
        if (!mine) {
            stopped.awaitUninterruptibly(2 * SHUTDOWN_TIMEOUT_MILLIS);
        }
    }
}
