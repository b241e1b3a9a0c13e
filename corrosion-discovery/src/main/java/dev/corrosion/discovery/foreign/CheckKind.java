package dev.corrosion.discovery.foreign;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** How an instance is checked. */
public sealed interface CheckKind {

    /** Probing more often than this tells nothing more. */
    Duration MIN_INTERVAL = Duration.ofSeconds(1);

    Duration MAX_INTERVAL = Duration.ofDays(1);

    /** The word for it in the table. */
    String word();

    /**
     * The instance has to report within each such time, or is critical.
     *
     * @param ttl from {@link #MIN_INTERVAL} to {@link #MAX_INTERVAL}
     */
    record Ttl(Duration ttl) implements CheckKind {

        public Ttl {
            requireInterval("TTL", ttl);
        }

        @Override
        public String word() {
            return "ttl";
        }
    }

    /**
     * The node asks a URL: 2xx is passing, 429 is a warning, everything else is critical.
     *
     * @param url http or https
     * @param method such as GET
     * @param headers sent along
     * @param timeout of one request, at most the interval
     */
    record Http(URI url, String method, Map<String, String> headers, Duration interval, Duration timeout)
            implements CheckKind {

        public Http {
            headers = Map.copyOf(headers);
            requireInterval("Interval", interval);
            requireTimeout(timeout, interval);
            if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                throw new IllegalArgumentException(
                        "the check's HTTP is " + url + ", but must be an http or https URL with a host");
            }
        }

        @Override
        public String word() {
            return "http";
        }
    }

    /**
     * The node connects: passing if it can.
     *
     * @param timeout of one attempt, at most the interval
     */
    record Tcp(String host, int port, Duration interval, Duration timeout) implements CheckKind {

        private static final int MAX_PORT = 65_535;

        public Tcp {
            requireInterval("Interval", interval);
            requireTimeout(timeout, interval);
            if (host.isBlank() || port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException(
                        "the check's TCP is " + host + ":" + port + ", but must be a host and a port");
            }
        }

        @Override
        public String word() {
            return "tcp";
        }
    }

    /** Somebody else checks, whose verdict is copied. */
    record Elsewhere() implements CheckKind {

        @Override
        public String word() {
            return "elsewhere";
        }
    }

    private static void requireInterval(String name, Duration interval) {
        if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
            throw new IllegalArgumentException("the check's " + name + " is " + interval + ", but must be from "
                    + MIN_INTERVAL + " to " + MAX_INTERVAL);
        }
    }

    private static void requireTimeout(Duration timeout, Duration interval) {
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException("the check's Timeout is " + timeout
                    + ", but must be longer than nothing and at most its Interval, " + interval);
        }
    }
}
