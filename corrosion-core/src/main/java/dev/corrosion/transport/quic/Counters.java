package dev.corrosion.transport.quic;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts; written by the event loop, read by any thread. */
final class Counters {

    final AtomicInteger connections = new AtomicInteger();
    final LongAdder connectionsOpened = new LongAdder();
    final LongAdder handshakesFailed = new LongAdder();
    final LongAdder framesSent = new LongAdder();
    final LongAdder framesReceived = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder datagramsSent = new LongAdder();
    final LongAdder datagramsReceived = new LongAdder();
    final LongAdder shed = new LongAdder();

    void frameSent(int bytes) {
        framesSent.increment();
        bytesSent.add(bytes);
    }

    void frameReceived(int bytes) {
        framesReceived.increment();
        bytesReceived.add(bytes);
    }

    void datagramSent(int bytes) {
        datagramsSent.increment();
        bytesSent.add(bytes);
    }

    void datagramReceived(int bytes) {
        datagramsReceived.increment();
        bytesReceived.add(bytes);
    }

    TransportStats snapshot() {
        return new TransportStats(
                connections.get(),
                connectionsOpened.sum(),
                handshakesFailed.sum(),
                framesSent.sum(),
                framesReceived.sum(),
                bytesSent.sum(),
                bytesReceived.sum(),
                datagramsSent.sum(),
                datagramsReceived.sum(),
                shed.sum());
    }
}
