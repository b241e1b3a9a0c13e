package dev.corrosion.discovery;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What this application sees of the catalogue. Immutable.
 *
 * @param namespace the namespace that it sees
 * @param includeUnhealthy whether instances are handed out that should not be called, too
 * @param defaultTags tags that instances must have, all of them, unless there are others for their service
 * @param tags the same by service
 */
public record DiscoveryOptions(
        String namespace, boolean includeUnhealthy, Set<String> defaultTags, Map<String, Set<String>> tags) {

    /** The namespace of who names none. */
    public static final String DEFAULT_NAMESPACE = "default";

    /** Healthy instances of the default namespace. */
    public static final DiscoveryOptions DEFAULT = new DiscoveryOptions(DEFAULT_NAMESPACE, false, Set.of(), Map.of());

    public DiscoveryOptions {
        if (namespace.isBlank()) {
            throw new IllegalArgumentException("a namespace needs a name: set corrosion.discovery.namespace");
        }
        defaultTags = Set.copyOf(defaultTags);
        tags = tags.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
    }

    /** With lists as configuration has them. */
    public static DiscoveryOptions of(
            String namespace, boolean includeUnhealthy, List<String> defaultTags, Map<String, List<String>> tags) {
        return new DiscoveryOptions(
                namespace,
                includeUnhealthy,
                new HashSet<>(defaultTags),
                tags.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> new HashSet<>(entry.getValue()))));
    }

    InstanceFilter filter(String serviceId) {
        Set<String> wanted = tags.getOrDefault(serviceId, defaultTags);
        return wanted.isEmpty() ? InstanceFilter.ANY : InstanceFilter.tags(wanted);
    }
}
