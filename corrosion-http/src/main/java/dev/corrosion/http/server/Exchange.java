package dev.corrosion.http.server;

import dev.corrosion.http.ApiRequest;
import dev.corrosion.http.ApiResponse;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/** One request and its answer. All on the channel's thread, but for {@link #isEndless}. */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
final class Exchange {

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    /** How long a client that is still sending is listened to, so that it reads the answer instead of losing the connection. */
    private static final long LINGER_MILLIS = 1000;

    private final ExchangeHandler owner;
    private final Connections connections;
    private final ChannelHandlerContext context;
    private final HttpRequest request;
    private final boolean http2;
    private final RequestBody body;
    private @Nullable Disposable answering;
    private @Nullable ChunkWriter writer;
    private @Nullable Future<?> lingering;
    private boolean keepsAlive;
    private boolean answered;
    private volatile boolean endless;

    Exchange(
            ExchangeHandler owner,
            Connections connections,
            ChannelHandlerContext context,
            HttpRequest request,
            @Nullable Uploads uploads) {
        this.owner = owner;
        this.connections = connections;
        this.context = context;
        this.request = request;
        this.http2 = uploads != null;
        this.body =
                new RequestBody(owner, context, request, connections.options().requestTimeout(), uploads);
    }

    boolean isEndless() {
        return endless;
    }

    void begin() {
        Throwable bad = request.decoderResult().cause();
        ApiRequest parsed = bad == null ? NettyRequest.parse(request, body, connections.options()) : null;
        if (parsed == null) {
            respond(BadRequests.answer(bad));
            return;
        }
        if (body.isEmpty() && !http2) {
            owner.read(); // what marks its end
        }
        answering = connections
                .api()
                .handle(parsed)
                .subscribe(response -> context.executor().execute(() -> respond(response)), e -> {
                    log.error("a request was not answered", e);
                    context.close();
                });
    }

    void content(HttpContent content) {
        body.received(content);
        if (body.isComplete() && answered) {
            finish();
        }
    }

    private void respond(ApiResponse response) {
        boolean open = context.channel().isActive();
        keepsAlive = open && body.isComplete() && (http2 || HttpUtil.isKeepAlive(request));
        if (response.body() instanceof ApiResponse.Stream stream) {
            if (open) {
                send(response, stream);
            } else {
                stream.abandon();
            }
        } else if (response.body() instanceof ApiResponse.Content content && open) {
            DefaultFullHttpResponse whole = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(response.status()),
                    Unpooled.wrappedBuffer(content.bytes()));
            headers(whole, response);
            HttpUtil.setContentLength(whole, content.bytes().length);
            context.writeAndFlush(whole).addListener(written -> answered());
        }
        body.discard(); // and go on reading, to learn when the client is gone
    }

    private void send(ApiResponse response, ApiResponse.Stream stream) {
        endless = stream.endless();
        ChunkWriter chunks =
                new ChunkWriter(context, connections.options().requestTimeout(), this::answered, http2 || isChunked());
        writer = chunks;
        chunks.begin(head(response));
        stream.chunks().subscribe(chunks);
    }

    private boolean isChunked() {
        return request.protocolVersion()
                .isKeepAliveDefault(); // HTTP/1.0 knows no chunks: the connection's end is the body's
    }

    private HttpResponse head(ApiResponse response) {
        HttpResponse head =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        keepsAlive = keepsAlive && (http2 || isChunked());
        headers(head, response);
        if (!http2 && isChunked()) {
            HttpUtil.setTransferEncodingChunked(head, true);
        }
        return head;
    }

    private void headers(HttpResponse head, ApiResponse response) {
        response.headers().forEach((name, value) -> head.headers().set(name, value));
        if (!http2 && !keepsAlive) {
            head.headers().set(HttpHeaderNames.CONNECTION, "close");
        } else if (!http2 && !isChunked()) {
            head.headers().set(HttpHeaderNames.CONNECTION, "keep-alive");
        }
    }

    private void answered() {
        answered = true;
        if (body.isComplete()) {
            finish();
        } else if (http2) {
            context.close();
        } else {
            lingering = context.executor().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void finish() {
        owner.ended(keepsAlive);
    }

    /** The connection, or its stream, has ended. */
    void abandon() {
        if (lingering != null) {
            lingering.cancel(false);
        }
        if (answering != null) {
            answering.dispose();
        }
        body.abandon();
        if (writer != null) {
            writer.cancel();
        }
    }
}
