package dev.corrosion.discovery.registration;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Under which host callers reach this application. The first of these that is there: the name that is configured, the
 * address that is configured, the address of this machine in the first of the preferred networks that it is in, what
 * Spring Cloud's {@code inetutils} are configured to find, the address that the web server is bound to, the address at
 * which the other nodes reach this one, the first address of the machine.
 *
 * <p>The address of the node is known to work from the other nodes, and it is loopback exactly if all nodes are on this
 * machine.
 *
 * @param hostname name that is configured
 * @param ipAddress address that is configured
 * @param preferIpAddress whether the name is passed over
 * @param preferredNetworks the best first
 * @param serverAddress what the web server is bound to
 * @param nodeAddress where the node listens
 * @param networkIsConfigured whether somebody said what {@code firstOfMachine} has to look for
 * @param firstOfMachine what Spring Cloud finds
 */
public record AdvertisedHost(
        @Nullable String hostname,
        @Nullable String ipAddress,
        boolean preferIpAddress,
        List<Network> preferredNetworks,
        @Nullable InetAddress serverAddress,
        InetSocketAddress nodeAddress,
        boolean networkIsConfigured,
        Supplier<String> firstOfMachine) {

    public AdvertisedHost {
        preferredNetworks = List.copyOf(preferredNetworks);
    }

    /**
     * The host; an IPv6 address is not in brackets.
     *
     * @throws IllegalArgumentException if networks are preferred and this machine is in none of them
     */
    public String find() {
        return find(Addresses.ofMachine());
    }

    String find(List<InetAddress> ofMachine) {
        if (hostname != null && !hostname.isBlank() && !preferIpAddress) {
            return hostname;
        }
        if (ipAddress != null && !ipAddress.isBlank()) {
            return Addresses.unbracketed(ipAddress);
        }
        if (!preferredNetworks.isEmpty()) {
            return preferred(ofMachine)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "no address of this machine is in one of the networks " + preferredNetworks
                                    + "; its addresses are "
                                    + ofMachine.stream().map(Addresses::text).toList()));
        }
        if (networkIsConfigured) {
            return firstOfMachine.get();
        }
        if (serverAddress != null && !serverAddress.isAnyLocalAddress()) {
            return Addresses.text(serverAddress);
        }
        InetAddress node = nodeAddress.getAddress();
        if (node == null) {
            return nodeAddress.getHostString();
        }
        return node.isAnyLocalAddress() ? firstOfMachine.get() : Addresses.text(node);
    }

    private Optional<String> preferred(List<InetAddress> ofMachine) {
        return preferredNetworks.stream()
                .flatMap(network -> ofMachine.stream().filter(network::contains))
                .findFirst()
                .map(Addresses::text);
    }
}
