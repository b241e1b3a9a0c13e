package dev.corrosion.http.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of a connection, one after the other, or the one of an HTTP/2 stream. Nothing is read that is not wanted: there
 * is at most one message here that is not dealt with yet. While a request is answered one message is asked for all the same,
 * since only who reads learns that the client is gone.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that ends: its handlers hear of it
final class ExchangeHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(ExchangeHandler.class);

    private final Connections connections;
    private final boolean http2;
    private final @Nullable Uploads uploads;

    /** All on the channel's thread. */
    private @Nullable ChannelHandlerContext context;

    private @Nullable Exchange current;

    /** The request that the client has sent before it got the answer to the current one. */
    private @Nullable HttpRequest next;

    private boolean reading;
    private @Nullable Future<?> idle;

    /** @param uploads of the connection of an HTTP/2 stream; null for HTTP/1.1 */
    ExchangeHandler(Connections connections, @Nullable Uploads uploads) {
        this.connections = connections;
        this.http2 = uploads != null;
        this.uploads = uploads;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        if (added.channel().isActive()) {
            awaitRequest();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (current == null) {
            awaitRequest();
        }
    }

    private void awaitRequest() {
        if (!http2 && idle == null) {
            idle = context()
                    .executor()
                    .schedule(
                            () -> context().close(),
                            connections.options().idleTimeout().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        read();
    }

    /** Asks for a message, unless that was done already. */
    void read() {
        if (!reading && next == null) {
            reading = true;
            context().read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) {
        reading = false;
        if (message instanceof HttpRequest request) {
            if (current == null) {
                begin(request);
            } else {
                next = request;
                return;
            }
        }
        Exchange exchange = current;
        if (message instanceof HttpContent content && exchange != null) {
            exchange.content(content);
        }
        ReferenceCountUtil.release(message);
    }

    /** What has come was no whole message, and with it the demand is forgotten. */
    @Override
    public void channelReadComplete(ChannelHandlerContext channel) {
        if (reading) {
            channel.read();
        }
    }

    private void begin(HttpRequest request) {
        if (idle != null) {
            idle.cancel(false);
            idle = null;
        }
        Exchange exchange = new Exchange(this, connections, context(), request, uploads);
        current = exchange;
        connections.begun(this);
        exchange.begin();
    }

    /** The current request is answered. */
    void ended(boolean keepsAlive) {
        current = null;
        connections.ended(this);
        if (http2) {
            return; // the codec ends the stream
        }
        HttpRequest waiting = next;
        next = null;
        if (!keepsAlive) {
            context().close();
        } else if (waiting != null) {
            begin(waiting);
        } else {
            awaitRequest();
        }
    }

    /** Breaks off what has no end. Any thread. */
    void breakOffStream() {
        context().executor().execute(() -> {
            Exchange exchange = current;
            if (exchange != null && exchange.isEndless()) {
                context().close();
            }
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        if (idle != null) {
            idle.cancel(false);
        }
        Exchange exchange = current;
        current = null;
        if (exchange != null) {
            connections.ended(this);
            exchange.abandon();
        }
    }

    /** A client that is gone, or speaks no HTTP. */
    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        log.debug("{}: {}", channel.channel(), cause.toString());
        channel.close();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }
}
