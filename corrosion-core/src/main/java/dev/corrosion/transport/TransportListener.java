package dev.corrosion.transport;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/** What a transport delivers. Called on the transport's threads; implementations must not block. */
public interface TransportListener {

    void onDatagram(Peer from, byte[] payload);

    /**
     * A frame has arrived.
     *
     * @return completes when the next frame of this peer may be delivered: this is the back-pressure. A failure is logged
     *     and does not stop the frames that follow
     */
    CompletionStage<?> onFrame(Peer from, byte[] frame);

    /** A peer asks. The responder must be ended. */
    void onExchange(Peer from, byte[] request, ExchangeResponder responder);

    /** A frame to this peer was dropped, or several of them. */
    void onShed(InetSocketAddress to);

    /**
     * A link was refused, by us or by the other side, for lack of a common identity. Told once in a while per address.
     *
     * @param address where the peer listens, or where its packets come from if that is not known
     * @param reason what is wrong and what to do, for people
     */
    void onRefused(InetSocketAddress address, String reason);
}
