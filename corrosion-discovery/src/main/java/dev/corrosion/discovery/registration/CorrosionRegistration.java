package dev.corrosion.discovery.registration;

import dev.corrosion.discovery.ServiceStatus;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.springframework.cloud.client.serviceregistry.Registration;

/**
 * What this node offers. Immutable but for the port, which is known only when the web server listens.
 *
 * <p>Unless another is given, the instance id is {@code service:node:port}: it cannot collide, and is the same after a
 * restart if the port is.
 */
public final class CorrosionRegistration implements Registration {

    private final String instanceId;
    private final String namespace;
    private final String serviceId;
    private final String node;
    private final String address;
    private final IntSupplier port;
    private final String scheme;
    private final String zone;
    private final String group;
    private final String version;
    private final int weight;
    private final List<String> tags;
    private final Map<String, String> ownMetadata;
    private final ServiceStatus initialStatus;

    CorrosionRegistration(RegistrationBuilder builder) {
        this.instanceId = builder.instanceId;
        this.namespace = builder.namespace;
        this.serviceId = builder.serviceId;
        this.node = builder.node;
        this.address = builder.host;
        this.port = builder.port;
        this.scheme = builder.scheme;
        this.ownMetadata = Map.copyOf(builder.metadata);
        this.zone = given(builder.zone, "zone");
        this.group = given(builder.group, "group");
        this.version = given(builder.version, "version");
        this.weight = builder.weight();
        this.tags = List.copyOf(builder.tags);
        this.initialStatus = builder.initialStatus;
    }

    /** Begins one; see {@link CorrosionServiceRegistry#registration} for one that has the place of this node. */
    public static RegistrationBuilder builder(String serviceId, String node, String host) {
        return new RegistrationBuilder(serviceId, node, host);
    }

    private String given(String value, String key) {
        return value.isEmpty() ? ownMetadata.getOrDefault(key, "") : value;
    }

    @Override
    public String getInstanceId() {
        return instanceId.isEmpty() ? serviceId + ":" + node + ":" + getPort() : instanceId;
    }

    /** The namespace; only applications of the same one see it. */
    public String getNamespace() {
        return namespace;
    }

    @Override
    public String getServiceId() {
        return serviceId;
    }

    /** Name or address; an IPv6 address is in brackets. */
    @Override
    public String getHost() {
        return Addresses.bracketed(address);
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
        return URI.create(scheme + "://" + getHost() + ":" + getPort());
    }

    /** The zone, or an empty text. */
    public String getZone() {
        return zone;
    }

    /** The group, or an empty text. */
    public String getGroup() {
        return group;
    }

    /** The version of the application, or an empty text. */
    public String getVersion() {
        return version;
    }

    /** The weight, 1 or more. */
    public int getWeight() {
        return weight;
    }

    /** The tags, in their order. */
    public List<String> getTags() {
        return tags;
    }

    /** The status as long as nobody has set another. */
    public ServiceStatus getInitialStatus() {
        return initialStatus;
    }

    /** What was given, and {@code secure}, {@code weight}, {@code zone}, {@code group}, {@code version} and {@code tags}. */
    @Override
    public Map<String, String> getMetadata() {
        Map<String, String> all = new TreeMap<>(ownMetadata);
        all.put("secure", String.valueOf(isSecure()));
        all.put("weight", String.valueOf(weight));
        putUnlessEmpty(all, "zone", zone);
        putUnlessEmpty(all, "group", group);
        putUnlessEmpty(all, "version", version);
        putUnlessEmpty(all, "tags", String.join(",", tags));
        return all;
    }

    private static void putUnlessEmpty(Map<String, String> all, String key, String value) {
        if (!value.isEmpty()) {
            all.put(key, value);
        }
    }

    /** The address without brackets. */
    String address() {
        return address;
    }

    /** What was given, without what is made of the other fields. */
    Map<String, String> ownMetadata() {
        return ownMetadata;
    }

    @Override
    public String toString() {
        return "CorrosionRegistration[" + getInstanceId() + " at " + scheme + "://" + getHost() + ":" + getPort() + "]";
    }
}
