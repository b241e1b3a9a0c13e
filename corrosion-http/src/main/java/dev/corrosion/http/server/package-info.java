/** The HTTP API on a port of its own: HTTP/1.1 and HTTP/2, in clear text or with TLS, on Netty. */
@NullMarked
package dev.corrosion.http.server;

import org.jspecify.annotations.NullMarked;
