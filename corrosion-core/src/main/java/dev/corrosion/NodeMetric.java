package dev.corrosion;

import java.util.Map;

/**
 * A number that a node counts or can tell at any time.
 *
 * @param name of the meter
 * @param kind how the value behaves
 * @param unit base unit, such as {@code bytes} or {@code seconds}; empty for plain counts
 * @param description one line, for people
 * @param tags at most one, with few values that are known beforehand
 * @param value NaN if it is not known yet
 */
public record NodeMetric(
        String name, Kind kind, String unit, String description, Map<String, String> tags, double value) {

    /** How a value behaves. */
    public enum Kind {
        /** Only grows while the node is open. */
        COUNTER,
        /** Goes up and down. */
        GAUGE
    }

    public NodeMetric {
        tags = Map.copyOf(tags);
    }

    /** What tells it from all others: the name, and the tag in braces if it has one. */
    public String id() {
        return id(name, tags);
    }

    /** The same of its parts. */
    public static String id(String name, Map<String, String> tags) {
        return tags.isEmpty() ? name : name + tags;
    }
}
