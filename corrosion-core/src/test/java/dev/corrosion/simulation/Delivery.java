package dev.corrosion.simulation;

import java.net.InetSocketAddress;

/**
 * A message that leaves a machine, or reaches one.
 *
 * @param at virtual nanoseconds
 */
@SuppressWarnings("ArrayRecordComponent") // looked at, never compared
record Delivery(long at, InetSocketAddress from, InetSocketAddress to, Kind kind, byte[] payload) {

    enum Kind {
        DATAGRAM,
        FRAME,
        QUESTION,
        ANSWER
    }
}
