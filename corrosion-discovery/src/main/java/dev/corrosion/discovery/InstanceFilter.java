package dev.corrosion.discovery;

import java.util.Collection;
import java.util.Set;

/**
 * Which instances of a service a caller wants. Asked of each instance at each change, so it should be quick and depend on
 * nothing else.
 */
@FunctionalInterface
public interface InstanceFilter {

    /** All of them. */
    InstanceFilter ANY = instance -> true;

    boolean accepts(CorrosionServiceInstance instance);

    /** Those that both want. */
    default InstanceFilter and(InstanceFilter other) {
        return instance -> accepts(instance) && other.accepts(instance);
    }

    /** Those that at least one of the two wants. */
    default InstanceFilter or(InstanceFilter other) {
        return instance -> accepts(instance) || other.accepts(instance);
    }

    /** Those that this one does not want. */
    default InstanceFilter negate() {
        return instance -> !accepts(instance);
    }

    /** Those with a tag. */
    static InstanceFilter tag(String tag) {
        return instance -> instance.getTags().contains(tag);
    }

    /** Those with all of the tags. */
    static InstanceFilter tags(Collection<String> tags) {
        Set<String> wanted = Set.copyOf(tags);
        return instance -> instance.getTags().containsAll(wanted);
    }

    /** Those whose metadata, or what is added to it, has the value under the key. */
    static InstanceFilter metadata(String key, String value) {
        return instance -> value.equals(instance.getMetadata().get(key));
    }

    /** Those in a zone, ignoring case, as Spring Cloud LoadBalancer does. */
    static InstanceFilter zone(String zone) {
        return instance -> zone.equalsIgnoreCase(instance.getZone());
    }

    /** Those of a version of the application. */
    static InstanceFilter version(String version) {
        return instance -> version.equals(instance.getVersion());
    }
}
