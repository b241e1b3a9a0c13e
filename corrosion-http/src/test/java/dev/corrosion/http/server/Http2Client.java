package dev.corrosion.http.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;

/** A client of HTTP/2 in clear text that knows without asking that the server speaks it. */
@NullUnmarked
@SuppressWarnings("FutureReturnValueIgnored") // who waits for lines hears of it
final class Http2Client implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What ends a stream in {@link Stream#next}. */
    static final String END = "(end)";

    static final String BROKEN_OFF = "(broken off)";

    private final MultiThreadIoEventLoopGroup threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Boolean> pings = new LinkedBlockingQueue<>();
    private final Channel connection;
    private final int port;

    Http2Client(int port) {
        this.port = port;
        this.connection = new Bootstrap()
                .group(threads)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<>() {
                                            @Override
                                            protected void initChannel(Channel pushed) {
                                                pushed.close();
                                            }
                                        }),
                                        new SimpleChannelInboundHandler<Object>() {
                                            @Override
                                            protected void channelRead0(ChannelHandlerContext context, Object frame) {
                                                if (frame instanceof Http2PingFrame ping) {
                                                    pings.add(ping.ack());
                                                }
                                            }
                                        });
                    }
                })
                .connect("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    /** Whether the server answers a PING. */
    boolean ping() throws InterruptedException {
        connection.writeAndFlush(new DefaultHttp2PingFrame(42)).syncUninterruptibly();
        return Boolean.TRUE.equals(pings.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    /** A response as it comes. */
    static final class Stream extends SimpleChannelInboundHandler<HttpObject> {

        private final BlockingQueue<HttpResponse> heads = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final StringBuilder rest = new StringBuilder();
        private HttpResponse head;
        private Channel channel;

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message instanceof HttpResponse response) {
                heads.add(response);
            }
            if (message instanceof HttpContent content) {
                rest.append(content.content().toString(StandardCharsets.UTF_8));
                for (int end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
                    lines.add(rest.substring(0, end));
                    rest.delete(0, end + 1);
                }
            }
            if (message instanceof LastHttpContent) {
                if (!rest.isEmpty()) {
                    lines.add(rest.toString());
                }
                lines.add(END);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            lines.add(BROKEN_OFF);
        }

        HttpResponse head() throws InterruptedException {
            if (head == null) {
                head = heads.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            return head;
        }

        int status() throws InterruptedException {
            return head().status().code();
        }

        String next() throws InterruptedException {
            return lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        void cancel() {
            channel.close().syncUninterruptibly();
        }
    }

    Stream send(String method, String path, String body, String... headers) {
        Stream stream = new Stream();
        stream.channel = new Http2StreamChannelBootstrap(connection)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false), stream);
                    }
                })
                .open()
                .syncUninterruptibly()
                .getNow();
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(method),
                path,
                Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        request.headers().set("host", "127.0.0.1:" + port);
        request.headers().set("x-http2-scheme", "http");
        request.headers().set("content-type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.headers().set(headers[i], headers[i + 1]);
        }
        stream.channel.writeAndFlush(request).syncUninterruptibly();
        return stream;
    }

    @Override
    public void close() {
        connection.close().syncUninterruptibly();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
