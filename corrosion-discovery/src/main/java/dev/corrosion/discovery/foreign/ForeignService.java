package dev.corrosion.discovery.foreign;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An instance that a node has been asked to register.
 *
 * @param id unique on the node
 * @param address where it is and how it is described
 * @param maintenance whether somebody has taken it out by hand
 */
public record ForeignService(
        String id, String name, String namespace, Address address, boolean maintenance, List<ServiceCheck> checks) {

    /** Longest id, name and text of a tag. */
    public static final int MAX_TEXT = 256;

    public static final int MAX_CHECKS = 8;
    public static final int MAX_TAGS = 64;
    public static final int MAX_METADATA = 64;
    public static final int MAX_METADATA_VALUE = 512;

    private static final int MAX_PORT = 65_535;

    /**
     * Where it is called.
     *
     * @param weight share of the requests, at least 1
     */
    public record Address(
            String host,
            int port,
            String scheme,
            String zone,
            int weight,
            List<String> tags,
            Map<String, String> metadata) {

        public Address {
            tags = List.copyOf(tags);
            metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
            requireText("Address", host);
            if (port < 0 || port > MAX_PORT) {
                throw new IllegalArgumentException(
                        "the service's Port is " + port + ", but must be from 0 to " + MAX_PORT);
            }
            if (weight < 1) {
                throw new IllegalArgumentException("the service's weight is " + weight + ", but must be at least 1");
            }
            if (tags.size() > MAX_TAGS || metadata.size() > MAX_METADATA) {
                throw new IllegalArgumentException(
                        "a service has at most " + MAX_TAGS + " tags and " + MAX_METADATA + " entries of metadata");
            }
            tags.forEach(tag -> requireText("tag", tag));
            metadata.forEach((key, value) -> {
                requireText("key of metadata", key);
                if (value.length() > MAX_METADATA_VALUE) {
                    throw new IllegalArgumentException("the metadata '" + key + "' has " + value.length()
                            + " characters, at most " + MAX_METADATA_VALUE + " are allowed");
                }
            });
        }
    }

    public ForeignService {
        checks = List.copyOf(checks);
        requireText("ID", id);
        requireText("Name", name);
        requireText("Namespace", namespace);
        if (checks.size() > MAX_CHECKS) {
            throw new IllegalArgumentException("a service has at most " + MAX_CHECKS + " checks");
        }
        Set<String> ids = new HashSet<>();
        for (ServiceCheck check : checks) {
            if (!ids.add(check.id())) {
                throw new IllegalArgumentException("two checks of the service have the id " + check.id());
            }
        }
    }

    ForeignService inMaintenance(boolean wanted) {
        return new ForeignService(id, name, namespace, address, wanted, checks);
    }

    private static void requireText(String what, String text) {
        if (text.isBlank() || text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "the " + what + " of a service must have from 1 to " + MAX_TEXT + " characters");
        }
    }
}
