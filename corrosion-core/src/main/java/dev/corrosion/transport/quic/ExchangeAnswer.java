package dev.corrosion.transport.quic;

import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answering side of one exchange. The responder's methods may be called by any thread, the rest is event loop. */
final class ExchangeAnswer implements FrameSink, ExchangeResponder {

    private static final Logger log = LoggerFactory.getLogger(ExchangeAnswer.class);

    private final LocalNode node;
    private final Peer peer;
    private final QuicStreamChannel stream;
    private final FrameWriter writer;
    private final InactivityTimer timer;
    private boolean asked;

    ExchangeAnswer(LocalNode node, Peer peer, QuicStreamChannel stream) {
        this.node = node;
        this.peer = peer;
        this.stream = stream;
        this.timer = new InactivityTimer(
                stream.eventLoop(), node.nanoTime(), node.limits().exchangeTimeout(), this::timeOut);
        this.writer = new FrameWriter(stream, node.limits().queuedBytes(), timer::touch);
        stream.closeFuture().addListener(closed -> timer.stop());
    }

    @Override
    public CompletionStage<?> onFrame(byte[] request) {
        node.counters().frameReceived(request.length);
        timer.touch();
        if (asked) {
            Outcome.reset(stream, ErrorCode.PROTOCOL);
            return CompletableFuture.completedFuture(null);
        }
        asked = true;
        try {
            node.listener().onExchange(peer, request, this);
        } catch (RuntimeException e) {
            log.error("an exchange could not be answered", e);
            writer.abort();
        }
        return CompletableFuture.completedFuture(null);
    }

    /** The asker has got everything. */
    @Override
    public void onEnd() {
        if (!writer.hasEnded()) {
            Outcome.reset(stream, ErrorCode.PROTOCOL);
        }
    }

    @Override
    public void onBroken(Throwable cause) {
        log.debug("an exchange asked by {} broke off: {}", peer.address(), cause.toString());
        Outcome.reset(stream, ErrorCode.PROTOCOL);
    }

    @Override
    public CompletionStage<Void> send(byte[] frame) {
        if (frame.length > Transport.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "a frame has at most " + Transport.MAX_FRAME_BYTES + " bytes, not " + frame.length);
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        // Also from the loop's own thread: what other threads have sent before may still be on its way.
        if (!EventLoops.hand(stream.eventLoop(), () -> write(frame, written))) {
            written.completeExceptionally(new IOException("the transport is closed"));
        }
        return written;
    }

    @Override
    public void end() {
        EventLoops.hand(stream.eventLoop(), writer::end);
    }

    @Override
    public void fail() {
        EventLoops.hand(stream.eventLoop(), writer::abort);
    }

    private void write(byte[] frame, CompletableFuture<Void> written) {
        timer.touch();
        if (writer.offer(frame, written)) {
            node.counters().frameSent(frame.length);
        } else {
            // An end that followed would otherwise make the asker believe that it has everything.
            writer.abort();
            written.completeExceptionally(new IOException(
                    stream.isOpen()
                            ? "too many answers are waiting: wait for the previous one to be sent"
                            : "the asker is gone"));
        }
    }

    private void timeOut() {
        log.debug("an exchange asked by {} is broken off: nothing happened for too long", peer.address());
        Outcome.reset(stream, ErrorCode.TIMEOUT);
    }
}
