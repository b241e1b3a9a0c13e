package dev.corrosion.transport.quic;

import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For operations that nobody waits for: what becomes of them is logged. */
final class Outcome {

    private static final Logger log = LoggerFactory.getLogger(Outcome.class);

    private static final AttributeKey<Boolean> RESET = AttributeKey.valueOf(Outcome.class, "reset");

    private Outcome() {}

    static void logged(String what, Future<?> operation) {
        operation.addListener(done -> {
            if (!done.isSuccess()) {
                log.debug("{} failed: {}", what, String.valueOf(done.cause()));
            }
        });
    }

    /** Breaks a stream off in both directions. */
    static void reset(QuicStreamChannel stream, ErrorCode code) {
        if (stream.isOpen()) {
            stream.attr(RESET).set(true);
            logged("resetting a stream", stream.shutdown(code.code()));
            logged("closing a stream", stream.close());
        }
    }

    static boolean wasReset(QuicStreamChannel stream) {
        return stream.hasAttr(RESET);
    }
}
