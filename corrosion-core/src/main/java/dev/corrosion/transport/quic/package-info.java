/**
 * The transport over QUIC (RFC 9000, 9221) with mutual TLS 1.3, on Netty's codec.
 *
 * <p>Everything here is owned by one event loop; callers' threads only hand things over to it.
 */
@NullMarked
package dev.corrosion.transport.quic;

import org.jspecify.annotations.NullMarked;
