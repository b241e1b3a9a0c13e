package dev.corrosion.discovery.registration;

import dev.corrosion.NodeStatus;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Under which host callers reach this application: what is configured, else the address the web server is bound to, else
 * the address at which the other nodes reach this one, else the first address of the machine.
 *
 * <p>The address of the node is known to work from the other nodes, and it is loopback exactly if all nodes are on this
 * machine.
 */
public final class AdvertisedHost {

    private AdvertisedHost() {}

    /** The host. */
    public static String of(
            @Nullable String configured,
            @Nullable InetAddress serverAddress,
            NodeStatus status,
            Supplier<String> firstOfMachine) {
        if (configured != null && !configured.isBlank()) {
            return configured;
        }
        if (serverAddress != null && !serverAddress.isAnyLocalAddress()) {
            return serverAddress.getHostAddress();
        }
        InetAddress node = status.address().getAddress();
        if (node == null) {
            return status.address().getHostString();
        }
        return node.isAnyLocalAddress() ? firstOfMachine.get() : node.getHostAddress();
    }
}
