package dev.corrosion.discovery;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.DefaultServiceInstance;

/** An instance from the catalogue. Do not use the inherited setters: instances are shared. */
public final class CorrosionServiceInstance extends DefaultServiceInstance {

    private final String nodeId;
    private final String scheme;

    /**
     * An instance.
     *
     * @param nodeId the node it runs in, as text
     * @param host name or address; an IPv6 address is put into brackets
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
        super(instanceId, serviceId, bracketed(host), port, secure, Map.copyOf(metadata));
        this.nodeId = nodeId;
        this.scheme = scheme.isEmpty() ? (secure ? "https" : "http") : scheme;
    }

    /** The node in which it runs. */
    public String getNodeId() {
        return nodeId;
    }

    @Override
    public String getScheme() {
        return scheme;
    }

    @Override
    public URI getUri() {
        return URI.create(scheme + "://" + getHost() + ":" + getPort());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CorrosionServiceInstance that
                && super.equals(that)
                && nodeId.equals(that.nodeId)
                && scheme.equals(that.scheme);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), nodeId, scheme);
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
