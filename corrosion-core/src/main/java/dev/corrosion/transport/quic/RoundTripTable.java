package dev.corrosion.transport.quic;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The round trips last measured, also of links that have been closed since: the way there is most likely still as long.
 * Thread-safe.
 */
final class RoundTripTable {

    /** Addresses remembered; the one measured least recently goes first. */
    static final int MAX_ADDRESSES = LinkTable.MAX_ROUTES;

    private final Map<InetSocketAddress, Duration> measured = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Duration> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    synchronized void measured(InetSocketAddress address, Duration roundTrip) {
        measured.remove(address);
        measured.put(address, roundTrip);
    }

    synchronized Optional<Duration> to(InetSocketAddress address) {
        return Optional.ofNullable(measured.get(address));
    }
}
