package dev.corrosion.http.server;

import dev.corrosion.CorrosionException;
import dev.corrosion.http.HttpApi;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/**
 * Serves an {@link HttpApi} on a port. HTTP/1.1 and HTTP/2 share it: in clear text a client that begins with the preface of
 * HTTP/2 speaks that; with TLS both agree on it by ALPN.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
public final class HttpServer implements AutoCloseable {

    /** They only shovel bytes and JSON; what waits is elsewhere. */
    private static final int MAX_THREADS = 4;

    /** Connections that wait to be accepted. */
    private static final int BACKLOG = 256;

    /** How long requests that were begun have to end. */
    private static final long DRAIN_SECONDS = 5;

    private final EventLoopGroup threads;
    private final Channel listener;
    private final Connections connections;

    private HttpServer(EventLoopGroup threads, Channel listener, Connections connections) {
        this.threads = threads;
        this.listener = listener;
        this.connections = connections;
    }

    /**
     * Binds the port and begins to serve.
     *
     * @param api stays open when the server is closed
     * @throws CorrosionException if the address cannot be bound, or if it can be reached from other machines and nobody has to
     *     prove who he is
     */
    public static HttpServer start(HttpApi api, HttpServerOptions options) {
        InetAddress address = resolve(options.host());
        if (!address.isLoopbackAddress() && !api.requiresToken() && !options.requiresCertificate()) {
            throw new CorrosionException("the HTTP API would be open to everybody who reaches " + options.host()
                    + ": set corrosion.http.tokens, or corrosion.http.ssl.bundle with"
                    + " corrosion.http.ssl.client-auth=need, or corrosion.http.host=127.0.0.1 to stay on this machine");
        }
        EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
                Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()),
                new DefaultThreadFactory("corrosion-http-io"),
                NioIoHandler.newFactory());
        Connections connections = new Connections(api, options);
        ChannelFuture bound = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(connections)
                .bind(new InetSocketAddress(address, options.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new CorrosionException(
                    "the HTTP API cannot listen on " + options.host() + ":" + options.port() + " ("
                            + bound.cause().getMessage() + "): set corrosion.http.port to a free one, or to 0",
                    bound.cause());
        }
        return new HttpServer(threads, bound.channel(), connections);
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new CorrosionException("the HTTP API cannot listen on " + host + ": there is no such host", e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    int openConnections() {
        return connections.size();
    }

    /**
     * Takes no more connections, breaks off the streams that have no end, so that their clients resume elsewhere or later, lets
     * other requests end for a few seconds, and closes the connections. Blocks.
     */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        connections.drain(TimeUnit.SECONDS.toNanos(DRAIN_SECONDS));
        threads.shutdownGracefully(0, DRAIN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
