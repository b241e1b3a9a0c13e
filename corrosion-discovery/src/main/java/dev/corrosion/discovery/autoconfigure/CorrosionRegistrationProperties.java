package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.ServiceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of what is registered. Those of discovery have the same prefix, see {@link CorrosionDiscoveryProperties}.
 *
 * @param register Whether to register this application.
 * @param deregister Whether to remove the registration at shutdown. If not, it stays, with the status DOWN.
 * @param failFast Whether the application fails to start if it cannot be registered. If not, it is tried again.
 * @param lifecycle When to register.
 * @param namespace Namespace to register in; applications see their own namespace only.
 * @param serviceName Name to register. Default: spring.application.name.
 * @param instanceId Unique id of this instance. Default: service name, short id of the node and port.
 * @param hostname Where callers reach this application. Default: an address, see preferred-networks.
 * @param ipAddress Address at which callers reach this application, if there is no hostname.
 * @param preferIpAddress Whether to register an address even if there is a hostname.
 * @param preferredNetworks Networks such as 10.0.0.0/8 or fd00::/8, the best first; the first in which this machine has an
 *     address gives the address to register. Default: server.address, else the address of the node, else the first of the
 *     machine.
 * @param port Port to register. Default: the port of the web server, or 0 if there is none.
 * @param scheme Scheme to register. Default: https if server.ssl is configured, else http.
 * @param tags Tags to register.
 * @param metadata Metadata to register.
 * @param zone Zone in which this instance runs. Default: spring.cloud.loadbalancer.zone.
 * @param group Group of instances to which this one belongs.
 * @param version Version of the application. Default: that of the build information.
 * @param weight Share of the calls that this instance should get, where the load balancer is told to look at it.
 * @param initialStatus Status in which to register. Unless it is UP, somebody must set another.
 * @param deregisterDelay How long the application goes on serving at most after it was deregistered at shutdown, so that
 *     callers have heard of it. Ends early when all other nodes have said that they know; nothing is waited for if there
 *     are none.
 * @param machineMetadata Metadata of the machine, in its row of the table machines.
 * @param health How the health of the application becomes the status of the instance.
 * @param management What is registered for a management server with a port of its own.
 */
@ConfigurationProperties("corrosion.discovery")
public record CorrosionRegistrationProperties(
        @DefaultValue("true") boolean register,
        @DefaultValue("true") boolean deregister,
        @DefaultValue("true") boolean failFast,
        @DefaultValue Lifecycle lifecycle,
        @DefaultValue("default") String namespace,
        @Nullable String serviceName,
        @Nullable String instanceId,
        @Nullable String hostname,
        @Nullable String ipAddress,
        @DefaultValue("false") boolean preferIpAddress,
        @DefaultValue List<String> preferredNetworks,
        @Nullable Integer port,
        @Nullable String scheme,
        @DefaultValue List<String> tags,
        @DefaultValue Map<String, String> metadata,
        @Nullable String zone,
        @Nullable String group,
        @Nullable String version,
        @Nullable Integer weight,
        @DefaultValue("UP") ServiceStatus initialStatus,
        @DefaultValue("500ms") Duration deregisterDelay,
        @DefaultValue Map<String, String> machineMetadata,
        @DefaultValue Health health,
        @DefaultValue Management management) {

    /**
     * When to register.
     *
     * @param enabled Whether to register when the application is ready and to deregister when it stops. If not, the
     *     application calls start and stop of CorrosionAutoServiceRegistration itself.
     */
    public record Lifecycle(@DefaultValue("true") boolean enabled) {}

    /**
     * How the health of the application becomes the status of the instance.
     *
     * @param enabled Whether to follow the health of the application.
     * @param group Health group to follow. Default: everything that is in the health of the application.
     * @param interval How often to look.
     * @param timeout How long a look may take before the instance counts as DOWN.
     */
    public record Health(
            @DefaultValue("true") boolean enabled,
            @Nullable String group,
            @DefaultValue("500ms") Duration interval,
            @DefaultValue("5s") Duration timeout) {}

    /**
     * What is registered for a management server with a port of its own, unless
     * spring.cloud.service-registry.auto-registration.register-management is false.
     *
     * @param suffix What its name has after that of the service and a hyphen.
     * @param port Port to register. Default: that on which the management server listens.
     * @param tags Tags of it.
     * @param metadata Metadata of it. Default: that of the service.
     */
    public record Management(
            @DefaultValue("management") String suffix,
            @Nullable Integer port,
            @DefaultValue("management") List<String> tags,
            @Nullable Map<String, String> metadata) {}
}
