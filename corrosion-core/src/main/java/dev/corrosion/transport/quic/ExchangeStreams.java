package dev.corrosion.transport.quic;

import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The exchanges of one link, in both directions, each on a stream of its own. Event loop only. */
final class ExchangeStreams {

    private static final Logger log = LoggerFactory.getLogger(ExchangeStreams.class);

    /** The asker's stream is done a little before the answerer's: it may ask again meanwhile. */
    private static final int ANSWERS_PER_CALL = 2;

    /**
     * Streams that may be broken off before the link is given up for a new one: of each of them Netty 4.2.17 keeps a
     * channel object until the connection ends.
     */
    static final int MAX_BROKEN = 1_000;

    /** What questions of one link that have not arrived in full may take together: two of the largest. */
    static final long MAX_QUESTION_BYTES = 2L * Transport.MAX_FRAME_BYTES;

    private final Allowance questions = new Allowance(MAX_QUESTION_BYTES);
    private final LocalNode node;
    private final QuicChannel channel;
    private final Runnable onWornOut;
    private final Runnable onQuiet;
    private final Set<ExchangeCall> calls = new HashSet<>();

    /** Streams that overtook the peer's greeting; they are read once it is there. */
    private final List<QuicStreamChannel> early = new ArrayList<>();

    private @Nullable Peer peer;
    private int answers;
    private int broken;

    /** Calls {@code onWornOut} when the link should be replaced, and {@code onQuiet} whenever nothing is under way any more. */
    ExchangeStreams(LocalNode node, QuicChannel channel, Runnable onWornOut, Runnable onQuiet) {
        this.node = node;
        this.channel = channel;
        this.onWornOut = onWornOut;
        this.onQuiet = onQuiet;
    }

    /** Begins an exchange. */
    void ask(byte[] request, ExchangeHandler handler) {
        ExchangeCall call = new ExchangeCall(node, handler);
        if (calls.size() >= node.limits().exchangesPerLink()) {
            call.fail(new IOException(
                    "too many exchanges with this peer are open (" + calls.size() + "): try again when one has ended"));
            return;
        }
        calls.add(call);
        channel.createStream(QuicStreamType.BIDIRECTIONAL, new FrameReader(call, Transport.MAX_FRAME_BYTES))
                .addListener((Future<QuicStreamChannel> opened) -> begin(call, request, opened));
    }

    private void begin(ExchangeCall call, byte[] request, Future<QuicStreamChannel> opened) {
        if (!opened.isSuccess()) {
            calls.remove(call);
            call.fail(new IOException(
                    "no stream for an exchange: " + opened.cause().getMessage(), opened.cause()));
            return;
        }
        QuicStreamChannel stream = opened.getNow();
        stream.closeFuture().addListener(closed -> {
            calls.remove(call);
            closed(stream);
        });
        call.start(stream, request, Objects.requireNonNull(peer, "nothing is asked before the greeting"));
    }

    /** A stream opened by the peer, about to be read. */
    void accept(QuicStreamChannel stream) {
        if (answers >= ANSWERS_PER_CALL * node.limits().exchangesPerLink()) {
            log.debug("refused an exchange: {} are open", answers);
            Outcome.reset(stream, ErrorCode.BUSY);
            return;
        }
        answers++;
        stream.closeFuture().addListener(closed -> {
            answers--;
            closed(stream);
        });
        if (peer == null) {
            early.add(stream);
        } else {
            serve(stream, peer);
        }
    }

    /** The peer is known: it can be asked. */
    void greeted(Peer greeted) {
        peer = greeted;
    }

    /** What it has asked already can be answered. */
    void start() {
        Peer asker = Objects.requireNonNull(peer);
        List<QuicStreamChannel> waiting = new ArrayList<>(early);
        early.clear();
        for (QuicStreamChannel stream : waiting) {
            serve(stream, asker);
            stream.read();
        }
    }

    /** The link is gone. */
    void close(Throwable cause) {
        List<ExchangeCall> open = new ArrayList<>(calls);
        calls.clear();
        open.forEach(call -> call.fail(cause));
    }

    /** Whether nothing is under way. */
    boolean isQuiet() {
        return calls.isEmpty() && answers == 0;
    }

    private void closed(QuicStreamChannel stream) {
        if (Outcome.wasReset(stream) && ++broken == MAX_BROKEN) {
            onWornOut.run();
        }
        if (isQuiet()) {
            onQuiet.run();
        }
    }

    private void serve(QuicStreamChannel stream, Peer asker) {
        ExchangeAnswer answer = new ExchangeAnswer(node, asker, stream);
        stream.pipeline().addLast(new FrameReader(answer, Transport.MAX_FRAME_BYTES, questions));
    }
}
