package dev.corrosion.transport.quic;

import dev.corrosion.transport.TransportListener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why links are refused, to the log and to the listener: once per address in a while, since who is refused comes
 * again. Event loop only.
 */
final class RefusalLog {

    static final Duration QUIET = Duration.ofMinutes(1);

    /** Addresses remembered; the oldest are forgotten, and would be reported anew. */
    static final int MAX_ADDRESSES = 1024;

    private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

    private final TransportListener listener;
    private final LongSupplier nanoTime;
    private final Map<InetSocketAddress, Long> reportedAt = new LinkedHashMap<>();

    RefusalLog(TransportListener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** This node has refused the other. */
    void weRefused(InetSocketAddress address, String who, String reason) {
        report(address, "Refused " + who + ": " + reason);
    }

    /** The other node has refused this one. */
    void theyRefused(InetSocketAddress address, String who, String reason) {
        report(address, "Refused by " + who + ": " + reason);
    }

    private void report(InetSocketAddress address, String message) {
        long now = nanoTime.getAsLong();
        Long before = reportedAt.get(address);
        if (before != null && now - before < QUIET.toNanos()) {
            log.debug("{}", message);
            return;
        }
        reportedAt.remove(address);
        if (reportedAt.size() >= MAX_ADDRESSES) {
            reportedAt.remove(reportedAt.keySet().iterator().next());
        }
        reportedAt.put(address, now);
        log.warn("{}", message);
        listener.onRefused(address, message);
    }
}
