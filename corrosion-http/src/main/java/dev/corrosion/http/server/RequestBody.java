package dev.corrosion.http.server;

import dev.corrosion.http.RequestBodyException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The body of a request. Nothing of it is read before somebody wants it, or nobody will; then it has to come in time. All on
 * the channel's thread, but for the subscription.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
final class RequestBody {

    /** What is read of a body that nobody wants. */
    private static final long MAX_DISCARDED = 1 << 20;

    private final ExchangeHandler owner;
    private final ChannelHandlerContext context;
    private final HttpRequest request;
    private final Duration timeout;
    private final @Nullable Uploads uploads;
    private final CompositeByteBuf collected;
    private long maxBytes;
    private long discarded;
    private boolean complete;
    private boolean discarding;
    private @Nullable MonoSink<byte[]> reader;
    private @Nullable Future<?> deadline;

    /** @param uploads of its connection; null if that has one request at a time */
    RequestBody(
            ExchangeHandler owner,
            ChannelHandlerContext context,
            HttpRequest request,
            Duration timeout,
            @Nullable Uploads uploads) {
        this.owner = owner;
        this.context = context;
        this.request = request;
        this.timeout = timeout;
        this.uploads = uploads;
        this.collected = context.alloc().compositeBuffer(1024);
    }

    /** Whether the client has said that there is none. */
    boolean isEmpty() {
        return !HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0;
    }

    /** Whether all of it was received. */
    boolean isComplete() {
        return complete;
    }

    Mono<byte[]> read(long limit) {
        return Mono.create(sink -> context.executor().execute(() -> begin(sink, limit)));
    }

    private void begin(MonoSink<byte[]> sink, long limit) {
        maxBytes = limit;
        if (discarding) {
            sink.error(RequestBodyException.incomplete());
        } else if (HttpUtil.getContentLength(request, 0L) > limit || collected.readableBytes() > limit) {
            sink.error(RequestBodyException.tooLarge(limit));
        } else if (complete) {
            sink.success(take());
        } else if (uploads != null && !uploads.begin()) {
            sink.error(RequestBodyException.tooMany());
        } else {
            reader = sink;
            deadline = context.executor()
                    .schedule(() -> fail(RequestBodyException.incomplete()), timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (HttpUtil.is100ContinueExpected(request)) {
                context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
            owner.read();
        }
    }

    /** Not retained: the caller releases it. */
    void received(HttpContent content) {
        ByteBuf bytes = content.content();
        complete = complete || content instanceof LastHttpContent;
        if (!content.decoderResult().isSuccess()) {
            fail(RequestBodyException.incomplete());
            context.close();
        } else if (discarding) {
            discarded += bytes.readableBytes();
            if (!complete && discarded < MAX_DISCARDED) {
                owner.read();
            }
        } else if (reader != null && collected.readableBytes() + (long) bytes.readableBytes() > maxBytes) {
            fail(RequestBodyException.tooLarge(maxBytes));
        } else {
            collected.addComponent(true, bytes.retain());
            collect();
        }
    }

    private void collect() {
        MonoSink<byte[]> sink = reader;
        if (sink == null) {
            return;
        }
        if (complete) {
            end();
            sink.success(take());
        } else {
            owner.read();
        }
    }

    private byte[] take() {
        byte[] bytes = ByteBufUtil.getBytes(collected);
        collected.release();
        discarding = true;
        return bytes;
    }

    private void fail(RequestBodyException why) {
        MonoSink<byte[]> sink = reader;
        end();
        if (sink != null) {
            sink.error(why);
        }
    }

    private void end() {
        if (reader != null && uploads != null) {
            uploads.end();
        }
        reader = null;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /** Nobody wants it, be it here or still to come. */
    void discard() {
        abandon();
        owner.read();
    }

    /** Nobody wants it, and nothing more comes. */
    void abandon() {
        end();
        if (!discarding) {
            discarding = true;
            collected.release();
        }
    }
}
