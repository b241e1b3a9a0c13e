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
 * again, and not more often than {@link #MAX_REPORTS} in all. Event loop only.
 */
final class RefusalLog {

    static final Duration QUIET = Duration.ofMinutes(1);

    /** Addresses remembered; the oldest are forgotten, and would be reported anew. */
    static final int MAX_ADDRESSES = 1024;

    /** Refusals that are told in each {@link #QUIET}, of all addresses: a stranger can come from ever new ports. */
    static final int MAX_REPORTS = 60;

    private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

    private final TransportListener listener;
    private final LongSupplier nanoTime;
    private final Map<InetSocketAddress, Long> reportedAt = new LinkedHashMap<>();
    private long windowBegan;
    private int reports;

    RefusalLog(TransportListener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.windowBegan = nanoTime.getAsLong();
    }

    /** This node has refused the other. */
    void weRefused(InetSocketAddress address, String who, String reason) {
        report(address, "Refused " + who + ": " + reason);
    }

    /** The other node has refused this one. */
    void theyRefused(InetSocketAddress address, String who, String reason) {
        report(address, "Refused by " + who + ": " + reason);
    }

    /** A link that was in use is closed, for what the other node has sent. */
    void cutOff(InetSocketAddress address, String who, String reason) {
        report(address, "Cut off " + who + ": " + reason);
    }

    private void report(InetSocketAddress address, String message) {
        long now = nanoTime.getAsLong();
        Long before = reportedAt.get(address);
        if (before != null && now - before < QUIET.toNanos()) {
            log.debug("{}", message);
            return;
        }
        if (!mayReport(now)) {
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

    private boolean mayReport(long now) {
        if (now - windowBegan >= QUIET.toNanos()) {
            windowBegan = now;
            reports = 0;
        }
        reports++;
        if (reports == MAX_REPORTS + 1) {
            log.warn(
                    "More links are refused than are reported: somebody connects again and again without being a member");
        }
        return reports <= MAX_REPORTS;
    }
}
