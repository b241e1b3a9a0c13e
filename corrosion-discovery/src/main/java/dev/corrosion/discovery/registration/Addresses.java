package dev.corrosion.discovery.registration;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Addresses as text, and those of this machine. */
final class Addresses {

    /** How many of them a machine can have for us; one with containers has many. */
    static final int MAX_OF_MACHINE = 64;

    private static final Logger log = LoggerFactory.getLogger(Addresses.class);

    private Addresses() {}

    /** All that are in use, interface by interface; loopback among them, multicast and link-local IPv6 not. */
    static List<InetAddress> ofMachine() {
        try {
            List<NetworkInterface> interfaces = new ArrayList<>(
                    NetworkInterface.networkInterfaces().filter(Addresses::isUp).toList());
            interfaces.sort(Comparator.comparingInt(NetworkInterface::getIndex));
            return interfaces.stream()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isAnyLocalAddress() && !address.isMulticastAddress())
                    // Means nothing without the interface, which is another one on each machine.
                    .filter(address -> !(address.isLinkLocalAddress() && address.getAddress().length > 4))
                    .limit(MAX_OF_MACHINE)
                    .toList();
        } catch (SocketException e) {
            log.warn("The addresses of this machine cannot be listed", e);
            return List.of();
        }
    }

    private static boolean isUp(NetworkInterface candidate) {
        try {
            return candidate.isUp();
        } catch (SocketException e) {
            log.debug("{} is left out", candidate, e);
            return false;
        }
    }

    /** As text, without the name of an interface, which callers on other machines could not use. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
