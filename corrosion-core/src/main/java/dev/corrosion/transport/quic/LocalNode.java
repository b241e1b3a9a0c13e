package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import dev.corrosion.transport.TransportListener;
import java.util.function.LongSupplier;

/**
 * What the parts of a transport share.
 *
 * @param hello the greeting of this node
 * @param options how the transport was opened
 * @param contexts what this node shows and whom it lets in, now
 * @param seen what others have shown
 * @param listener gets what arrives; does not throw
 * @param counters what is counted
 * @param refusals where refused links are reported
 * @param roundTrips what links have measured
 * @param nanoTime a monotonic clock
 */
record LocalNode(
        HelloFrame hello,
        QuicOptions options,
        QuicContexts contexts,
        SeenCertificates seen,
        TransportListener listener,
        Counters counters,
        RefusalLog refusals,
        RoundTripTable roundTrips,
        LongSupplier nanoTime) {

    ActorId actorId() {
        return hello.actorId();
    }

    QuicOptions.Limits limits() {
        return options.limits();
    }
}
