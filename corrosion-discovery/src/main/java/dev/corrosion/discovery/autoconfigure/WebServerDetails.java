package dev.corrosion.discovery.autoconfigure;

import java.net.InetAddress;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What registration needs of the web servers, without their classes: there may be none.
 *
 * @param service where the application listens
 * @param management where its management server listens, if it has one of its own
 */
record WebServerDetails(Server service, Server management) {

    /**
     * One server.
     *
     * @param address what it is bound to, if that is configured
     * @param secure whether it speaks TLS
     * @param contextPath what all paths begin with, or an empty text
     * @param port where it listens, or 0 while it does not
     */
    record Server(@Nullable InetAddress address, boolean secure, String contextPath, IntSupplier port) {}
}
