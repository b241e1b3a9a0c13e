package dev.corrosion.discovery.registration;

import java.util.List;
import java.util.Map;

/**
 * What the table {@code machines} says of this node, beside what the node knows of itself.
 *
 * @param host where callers reach what runs on it
 * @param addresses all addresses of the machine but loopback
 * @param region region that is configured, or an empty text
 * @param zone zone that is configured, or an empty text
 * @param version version of Corrosion, or an empty text
 * @param metadata whatever its people want to know
 */
public record Machine(
        String host, List<String> addresses, String region, String zone, String version, Map<String, String> metadata) {

    public Machine {
        addresses = List.copyOf(addresses);
        metadata = Map.copyOf(metadata);
    }

    /** The same with the addresses that this machine has now. */
    public static Machine here(String host, String region, String zone, String version, Map<String, String> metadata) {
        List<String> addresses = Addresses.ofMachine().stream()
                .filter(address -> !address.isLoopbackAddress())
                .map(Addresses::text)
                .toList();
        return new Machine(host, addresses, region, zone, version, metadata);
    }
}
