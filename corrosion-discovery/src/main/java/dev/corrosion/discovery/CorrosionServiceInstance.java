package dev.corrosion.discovery;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.DefaultServiceInstance;

/**
 * An instance from the catalogue. Do not use the inherited setters: instances are shared.
 *
 * <p>Its metadata is what was registered and, from columns of their own, {@code zone}, {@code group}, {@code version},
 * {@code weight}, {@code secure} and {@code tags}, where Spring Cloud and its users look for them; and {@code standing}, unless
 * that is {@link Standing#UP}.
 */
public final class CorrosionServiceInstance extends DefaultServiceInstance {

    private final String nodeId;
    private final String scheme;
    private final List<String> tags;
    private final String status;
    private final Standing standing;
    private final URI uri;

    /**
     * An instance that is up.
     *
     * @param nodeId the node it runs in, as text
     * @param host name or address; an IPv6 address is put into brackets
     * @throws IllegalArgumentException if scheme, host and port make no address
     */
    public CorrosionServiceInstance(
            String instanceId,
            String serviceId,
            String nodeId,
            String host,
            int port,
            boolean secure,
            String scheme,
            Map<String, String> metadata) {
        this(instanceId, serviceId, nodeId, host, port, secure, scheme, metadata, List.of(), "UP", Standing.UP);
    }

    CorrosionServiceInstance(
            String instanceId,
            String serviceId,
            String nodeId,
            String host,
            int port,
            boolean secure,
            String scheme,
            Map<String, String> metadata,
            List<String> tags,
            String status,
            Standing standing) {
        super(instanceId, serviceId, bracketed(host), port, secure, Map.copyOf(metadata));
        this.nodeId = nodeId;
        this.scheme = scheme.isEmpty() ? (secure ? "https" : "http") : scheme;
        this.tags = List.copyOf(tags);
        this.status = status;
        this.standing = standing;
        this.uri = URI.create(this.scheme + "://" + getHost() + ":" + port);
    }

    /** The same in another standing. */
    CorrosionServiceInstance in(Standing other) {
        if (other == standing) {
            return this;
        }
        Map<String, String> metadata = new TreeMap<>(getMetadata());
        if (other == Standing.UP) {
            metadata.remove("standing");
        } else {
            metadata.put("standing", other.name());
        }
        return new CorrosionServiceInstance(
                String.valueOf(getInstanceId()),
                getServiceId(),
                nodeId,
                getHost(),
                getPort(),
                isSecure(),
                scheme,
                metadata,
                tags,
                status,
                other);
    }

    /** The node in which it runs, or that speaks for it. */
    public String getNodeId() {
        return nodeId;
    }

    /** Whether it should be called, as this node sees it. */
    public Standing getStanding() {
        return standing;
    }

    /** What it says of itself: the name of a {@link ServiceStatus}, unless somebody else has written the table. */
    public String getStatus() {
        return status;
    }

    /** Its tags, in the order in which they were registered. */
    public List<String> getTags() {
        return tags;
    }

    /** Its zone, or an empty text. */
    public String getZone() {
        return getMetadata().getOrDefault("zone", "");
    }

    /** Version of the application, or an empty text. */
    public String getVersion() {
        return getMetadata().getOrDefault("version", "");
    }

    @Override
    public String getScheme() {
        return scheme;
    }

    @Override
    public URI getUri() {
        return uri;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof CorrosionServiceInstance that
                        && super.equals(that)
                        && nodeId.equals(that.nodeId)
                        && scheme.equals(that.scheme)
                        && tags.equals(that.tags)
                        && status.equals(that.status)
                        && standing == that.standing);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), nodeId, scheme);
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
