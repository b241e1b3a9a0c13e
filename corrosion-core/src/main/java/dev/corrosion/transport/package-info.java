/**
 * The port through which a node reaches the others: datagrams that may be lost, frames that arrive in order, and
 * exchanges of one request with many answers. {@code transport.quic} implements it; the simulation will, too.
 */
@NullMarked
package dev.corrosion.transport;

import org.jspecify.annotations.NullMarked;
