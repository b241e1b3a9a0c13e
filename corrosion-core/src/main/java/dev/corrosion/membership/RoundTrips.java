package dev.corrosion.membership;

import java.net.InetSocketAddress;

/** What the transport has measured: data to the state machine, read without side effects. */
@FunctionalInterface
public interface RoundTrips {

    /** Nothing is known. */
    long UNKNOWN = -1;

    /** The smoothed time to that address and back in nanoseconds, or {@link #UNKNOWN}. */
    long nanosTo(InetSocketAddress address);
}
