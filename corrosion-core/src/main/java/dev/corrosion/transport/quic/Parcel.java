package dev.corrosion.transport.quic;

import dev.corrosion.transport.ExchangeHandler;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Something that is to go to a peer, wherever it has to wait for its link. */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and copying is what is to be avoided.
sealed interface Parcel {

    /** What a parcel weighs beside its payload: empty ones must not be free of charge. */
    int OVERHEAD_BYTES = 64;

    InetSocketAddress to();

    byte[] payload();

    void sendOn(QuicLink link, LocalNode node);

    /** It will not be sent. */
    void drop(LocalNode node, String why);

    default int weight() {
        return OVERHEAD_BYTES + payload().length;
    }

    record Frame(InetSocketAddress to, byte[] payload) implements Parcel {

        @Override
        public void sendOn(QuicLink link, LocalNode node) {
            if (!link.sendFrame(payload)) {
                drop(node, "too much is waiting for the peer");
            }
        }

        @Override
        public void drop(LocalNode node, String why) {
            node.counters().shed.increment();
            node.listener().onShed(to);
        }
    }

    record Datagram(InetSocketAddress to, byte[] payload) implements Parcel {

        @Override
        public void sendOn(QuicLink link, LocalNode node) {
            link.sendDatagram(payload);
        }

        @Override
        public void drop(LocalNode node, String why) {
            // Datagrams may be lost without notice.
        }
    }

    record Exchange(InetSocketAddress to, byte[] payload, ExchangeHandler handler) implements Parcel {

        @Override
        public void sendOn(QuicLink link, LocalNode node) {
            link.exchange(payload, handler);
        }

        @Override
        public void drop(LocalNode node, String why) {
            new ExchangeCall(node, handler).fail(new IOException("no exchange with " + to + ": " + why));
        }
    }
}
