package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import dev.corrosion.transport.identity.ClusterAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A started transport on a loopback port, and what it was delivered. */
record TestNode(ActorId actorId, QuicTransport transport, RecordingListener listener) implements AutoCloseable {

    static final ClusterAuthority DEVELOPMENT = ClusterAuthority.development();

    static TestNode open() {
        return open(UnaryOperator.identity());
    }

    static TestNode open(UnaryOperator<QuicOptions> change) {
        return open(DEVELOPMENT, change);
    }

    static TestNode open(ClusterAuthority authority, UnaryOperator<QuicOptions> change) {
        return open(new ActorId(UUID.randomUUID()), authority, change, UnaryOperator.identity());
    }

    static TestNode open(
            ActorId actorId,
            ClusterAuthority authority,
            UnaryOperator<QuicOptions> change,
            UnaryOperator<HelloFrame> greeting) {
        QuicOptions options = QuicOptions.of(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), authority.issue(actorId, Instant.now()));
        QuicTransport transport = QuicTransport.open(change.apply(options), Clock.systemUTC(), greeting);
        RecordingListener listener = new RecordingListener();
        transport.start(listener);
        return new TestNode(actorId, transport, listener);
    }

    InetSocketAddress address() {
        return transport.address();
    }

    TransportStats stats() {
        return transport.stats();
    }

    @Override
    public void close() {
        transport.close();
    }
}
