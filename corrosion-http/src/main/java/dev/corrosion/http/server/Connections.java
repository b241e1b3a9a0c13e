package dev.corrosion.http.server;

import dev.corrosion.http.HttpApi;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of a server, and what each is made of. */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
final class Connections extends ChannelInitializer<SocketChannel> {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    /** Streams of one HTTP/2 connection: clients put all their subscriptions on one. */
    static final long MAX_STREAMS = 2048;

    /**
     * Streams that a client may open and reset at once, and streams that it may make the server reset (CVE-2023-44487 and
     * CVE-2025-8671), in each window of time; beyond, the connection is closed. A client that goes from page to page resets
     * its subscriptions, but not so many of them.
     */
    static final int MAX_RESETS = 200;

    private static final int RESETS_WINDOW_SECONDS = 30;

    /** Acknowledgements of PINGs and SETTINGS that wait for a client that sends these and reads nothing (CVE-2019-9512). */
    private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;

    /** Frames that say nothing: DATA without bytes one after the other (CVE-2019-9518), and small CONTINUATIONs of a header. */
    private static final int MAX_EMPTY_DATA_FRAMES = 2;

    private static final int MAX_SMALL_CONTINUATIONS = 16;

    /** What a client may send on a stream before it is read. */
    private static final int WINDOW = 1 << 20;

    /** How long a connection that is closed waits for its streams. */
    private static final long CLOSING_MILLIS = 1000;

    private final HttpApi api;
    private final HttpServerOptions options;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Set<ExchangeHandler> exchanges = ConcurrentHashMap.newKeySet();

    Connections(HttpApi api, HttpServerOptions options) {
        this.api = api;
        this.options = options;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        if (open.size() >= options.maxConnections()) {
            log.debug("{} was closed: there are {} connections already", channel, options.maxConnections());
            channel.close();
            return;
        }
        open.add(channel);
        Supplier<SslContext> tls = options.tls();
        if (tls == null) {
            channel.pipeline().addLast(new PrefaceDetector(this, options.requestTimeout()));
        } else {
            channel.pipeline().addLast(tls.get().newHandler(channel.alloc()), new AlpnHandler(this));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.warn("a connection could not be served", cause);
        context.close();
    }

    void http1(ChannelPipeline pipeline) {
        pipeline.channel().config().setAutoRead(false);
        pipeline.addLast(
                new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(options.maxHeaderBytes())
                        .setMaxHeaderSize(options.maxHeaderBytes())),
                new FlowControlHandler(),
                new ExchangeHandler(this, null));
    }

    void http2(ChannelPipeline pipeline) {
        Uploads uploads = new Uploads();
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(new Http2Settings()
                        .maxConcurrentStreams(MAX_STREAMS)
                        .initialWindowSize(WINDOW)
                        .maxHeaderListSize(options.maxHeaderBytes()))
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
                .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES)
                .decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS)
                .gracefulShutdownTimeoutMillis(CLOSING_MILLIS)
                .build();
        pipeline.addLast(
                new IdleStateHandler(options.idleTimeout().toMillis(), 0, 0, TimeUnit.MILLISECONDS),
                codec,
                new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.config().setAutoRead(false);
                        stream.pipeline()
                                .addLast(
                                        new Http2StreamFrameToHttpObjectCodec(true),
                                        new FlowControlHandler(),
                                        new ExchangeHandler(Connections.this, uploads));
                    }
                }),
                new IdleHttp2Handler(codec));
    }

    HttpApi api() {
        return api;
    }

    HttpServerOptions options() {
        return options;
    }

    int size() {
        return open.size();
    }

    /** There is a request to be answered. */
    void begun(ExchangeHandler exchange) {
        exchanges.add(exchange);
    }

    void ended(ExchangeHandler exchange) {
        exchanges.remove(exchange);
    }

    /** Lets requests end, and closes everything. */
    void drain(long nanos) {
        exchanges.forEach(ExchangeHandler::breakOffStream);
        long deadline = System.nanoTime() + nanos;
        try {
            while (!exchanges.isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.close().awaitUninterruptibly(CLOSING_MILLIS);
    }
}
