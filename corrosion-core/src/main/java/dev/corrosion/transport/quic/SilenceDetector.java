package dev.corrosion.transport.quic;

import java.time.Duration;

/**
 * Tells from the packet counts of a connection that the peer is gone without a word: packets leave, retransmissions
 * among them, and none comes back. The idle timeout notices too, but later.
 */
final class SilenceDetector {

    /** More than the acknowledgements that may follow the last packet of a peer that has nothing to say. */
    static final long UNANSWERED_PACKETS = 4;

    private final long patienceNanos;
    private long received = -1;
    private long sentThen;
    private long answeredAt;

    SilenceDetector(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** Takes the counts so far; true if the peer has been silent for too long. */
    boolean isSilent(long sentPackets, long receivedPackets, long nowNanos) {
        if (receivedPackets != received) {
            received = receivedPackets;
            sentThen = sentPackets;
        }
        if (sentPackets - sentThen < UNANSWERED_PACKETS) {
            answeredAt = nowNanos;
            return false;
        }
        return nowNanos - answeredAt > patienceNanos;
    }
}
