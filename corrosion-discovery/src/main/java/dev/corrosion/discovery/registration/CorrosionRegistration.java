package dev.corrosion.discovery.registration;

import dev.corrosion.discovery.CorrosionServiceInstance;
import java.net.URI;
import java.util.Map;
import java.util.function.IntSupplier;
import org.springframework.cloud.client.serviceregistry.Registration;

/**
 * What this node offers. Immutable but for the port, which is known only when the web server listens.
 *
 * <p>The instance id is {@code service:node:port}, which cannot collide.
 */
public final class CorrosionRegistration implements Registration {

    private final String serviceId;
    private final String node;
    private final String host;
    private final IntSupplier port;
    private final String scheme;
    private final Map<String, String> metadata;

    /**
     * A registration.
     *
     * @param node short id of the node, part of the instance id
     * @param host where callers reach it
     * @param port asked each time; 0 if there is none
     * @param scheme {@code http} or another; {@code https} makes it secure
     */
    public CorrosionRegistration(
            String serviceId, String node, String host, IntSupplier port, String scheme, Map<String, String> metadata) {
        if (serviceId.isBlank()) {
            throw new IllegalArgumentException(
                    "a service needs a name: set spring.application.name or corrosion.discovery.service-name");
        }
        this.serviceId = serviceId;
        this.node = node;
        this.host = host;
        this.port = port;
        this.scheme = scheme;
        this.metadata = Map.copyOf(metadata);
    }

    @Override
    public String getInstanceId() {
        return serviceId + ":" + node + ":" + getPort();
    }

    @Override
    public String getServiceId() {
        return serviceId;
    }

    @Override
    public String getHost() {
        return host;
    }

    @Override
    public int getPort() {
        return port.getAsInt();
    }

    @Override
    public boolean isSecure() {
        return "https".equals(scheme);
    }

    @Override
    public String getScheme() {
        return scheme;
    }

    @Override
    public URI getUri() {
        return new CorrosionServiceInstance(
                        getInstanceId(), serviceId, node, host, getPort(), isSecure(), scheme, metadata)
                .getUri();
    }

    @Override
    public Map<String, String> getMetadata() {
        return metadata;
    }

    @Override
    public String toString() {
        return "CorrosionRegistration[" + getInstanceId() + " at " + scheme + "://" + host + ":" + getPort() + "]";
    }
}
