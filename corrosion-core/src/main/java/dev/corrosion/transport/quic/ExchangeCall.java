package dev.corrosion.transport.quic;

import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asking side of one exchange: sends the request, takes answers until the end, then sends an end itself. The stream
 * stays open meanwhile since a reset is the only sign of losing interest that the codec passes on to the other side at
 * once. Event loop only.
 */
final class ExchangeCall implements FrameSink {

    private static final Logger log = LoggerFactory.getLogger(ExchangeCall.class);

    private final LocalNode node;
    private final ExchangeHandler handler;
    private @Nullable QuicStreamChannel stream;
    private @Nullable InactivityTimer timer;
    private @Nullable FrameWriter writer;
    private boolean over;

    ExchangeCall(LocalNode node, ExchangeHandler handler) {
        this.node = node;
        this.handler = handler;
    }

    /** Asks, on a stream made for it. */
    void start(QuicStreamChannel opened, byte[] request, Peer peer) {
        stream = opened;
        handler.onPeer(peer);
        InactivityTimer inactivity = new InactivityTimer(
                opened.eventLoop(), node.nanoTime(), node.limits().exchangeTimeout(), this::timeOut);
        opened.closeFuture().addListener(closed -> inactivity.stop());
        timer = inactivity;
        writer = new FrameWriter(opened, node.limits().queuedBytes(), inactivity::touch);
        node.counters().frameSent(request.length);
        writer.offer(request, null);
    }

    /** The exchange could not even begin. */
    void fail(Throwable cause) {
        if (finish()) {
            guarded(() -> handler.onFailure(cause));
        }
    }

    @Override
    public CompletionStage<?> onFrame(byte[] frame) {
        node.counters().frameReceived(frame.length);
        touch();
        CompletionStage<?> ready;
        try {
            ready = handler.onFrame(frame);
        } catch (RuntimeException e) {
            ready = CompletableFuture.failedFuture(e);
        }
        return ready.handle((ignored, failure) -> {
            if (stream != null) {
                EventLoops.run(stream.eventLoop(), failure == null ? this::touch : () -> cancel(failure));
            }
            return null;
        });
    }

    @Override
    public void onEnd() {
        if (writer != null) {
            writer.end();
        }
        if (finish()) {
            guarded(handler::onEnd);
        }
    }

    @Override
    public void onBroken(Throwable cause) {
        fail(cause);
        reset(ErrorCode.PROTOCOL);
    }

    private void timeOut() {
        fail(new IOException("the exchange was broken off: nothing happened for "
                + node.limits().exchangeTimeout()));
        reset(ErrorCode.TIMEOUT);
    }

    /** The handler failed: nobody would take more answers. */
    private void cancel(Throwable cause) {
        fail(cause);
        reset(ErrorCode.CANCELLED);
    }

    private void reset(ErrorCode code) {
        if (stream != null) {
            Outcome.reset(stream, code);
        }
    }

    private void touch() {
        if (timer != null) {
            timer.touch();
        }
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        return true;
    }

    private static void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            log.error("the handler of an exchange failed", e);
        }
    }
}
