package dev.corrosion.discovery.autoconfigure;

import java.net.InetAddress;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What registration needs of the web server, without its classes: there may be none. */
record WebServerDetails(@Nullable InetAddress address, boolean secure, IntSupplier port) {}
