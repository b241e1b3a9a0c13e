package dev.corrosion.transport;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.transport.identity.NodeIdentity;
import dev.corrosion.transport.identity.Revocations;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Reaches other nodes by their listening address. Links are opened on demand, shared by everything that goes to one peer
 * in either direction, and closed when idle.
 *
 * <p>Thread-safe. Nothing here blocks, and nothing throws because a peer is unreachable.
 */
public interface Transport extends AutoCloseable {

    /** Largest payload of a datagram, in bytes: what fits a QUIC packet of 1200 bytes, with room to spare. */
    int MAX_DATAGRAM_BYTES = 1100;

    /** Largest frame, in bytes. A peer that announces a larger one is cut off. */
    int MAX_FRAME_BYTES = 16 << 20;

    /** Where this node listens, as the others are told. */
    InetSocketAddress address();

    /** Begins to deliver. Called once, before anything is sent. */
    void start(TransportListener listener);

    /**
     * Sends a datagram; it may be lost without notice.
     *
     * @throws IllegalArgumentException if it is larger than {@link #MAX_DATAGRAM_BYTES}
     */
    void sendDatagram(InetSocketAddress to, byte[] payload);

    /**
     * Sends a frame, in order with the other frames to this peer. It is shed, and {@link
     * TransportListener#onShed(InetSocketAddress)} is told, if the peer cannot be reached or too many bytes are waiting
     * for it.
     *
     * @throws IllegalArgumentException if it is larger than {@link #MAX_FRAME_BYTES}
     */
    void sendFrame(InetSocketAddress to, byte[] frame);

    /** Sends a request on a stream of its own and delivers the answers to the handler. */
    void exchange(InetSocketAddress to, byte[] request, ExchangeHandler handler);

    /**
     * The smoothed time to that node and back, as measured by a link to it that is or was open; empty if none was, or if
     * this transport does not measure.
     */
    default Optional<Duration> roundTrip(InetSocketAddress to) {
        return Optional.empty();
    }

    /** What this node shows the others; empty if this transport does without. */
    default Optional<NodeIdentity> identity() {
        return Optional.empty();
    }

    /**
     * Takes another identity: new links use it at once, those that are there are opened anew, one after the other. What is
     * under way on them is brought to its end.
     */
    default void renew(NodeIdentity identity) {}

    /** Lets these in no more, instead of those told before; links to them are closed. */
    default void revoke(Revocations revocations) {}

    /**
     * What others have shown when they were last linked to, or refused as revoked; the ones of long ago may be forgotten.
     */
    default Map<ActorId, NodeStatus.Certificate> peerCertificates() {
        return Map.of();
    }

    /** How many links there are and were. */
    default TransportLinks links() {
        return TransportLinks.NONE;
    }

    /** Closes all links, waiting briefly until what was sent has left. */
    @Override
    void close();
}
