package dev.corrosion.transport.quic;

import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.TransportListener;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a listener throws from the event loop where nobody waits for an answer. */
final class GuardedListener implements TransportListener {

    private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

    private final TransportListener target;

    GuardedListener(TransportListener target) {
        this.target = target;
    }

    @Override
    public void onDatagram(Peer from, byte[] payload) {
        guard("a datagram", () -> target.onDatagram(from, payload));
    }

    /** Not guarded here: {@link FrameReader} treats what is thrown like a failed stage. */
    @Override
    public CompletionStage<?> onFrame(Peer from, byte[] frame) {
        return target.onFrame(from, frame);
    }

    /** Not guarded here: {@link ExchangeAnswer} breaks the exchange off. */
    @Override
    public void onExchange(Peer from, byte[] request, ExchangeResponder responder) {
        target.onExchange(from, request, responder);
    }

    @Override
    public void onShed(InetSocketAddress to) {
        guard("a shed frame", () -> target.onShed(to));
    }

    @Override
    public void onRefused(InetSocketAddress address, String reason) {
        guard("a refusal", () -> target.onRefused(address, reason));
    }

    private static void guard(String what, Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            log.error("the listener failed at {}", what, e);
        }
    }
}
