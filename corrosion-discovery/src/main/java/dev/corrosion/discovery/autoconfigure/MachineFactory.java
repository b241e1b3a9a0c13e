package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.registration.Machine;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** What the environment says of the machine. */
final class MachineFactory {

    /** The zone to which Spring Cloud LoadBalancer keeps calls, which is that of this instance if no other is given. */
    static final String ZONE = "spring.cloud.loadbalancer.zone";

    private static final String INET_UTILS = "spring.cloud.inetutils.";

    /** Those that decide which address is found. */
    private static final List<String> NETWORK_PROPERTIES = List.of(
            "default-hostname",
            "default-ip-address",
            "ignored-interfaces",
            "preferred-networks",
            "use-only-site-local-interfaces");

    private final Environment environment;

    MachineFactory(Environment environment) {
        this.environment = environment;
    }

    Machine machine(CorrosionRegistrationProperties properties, String host) {
        String zone = properties.zone();
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("java", System.getProperty("java.version", ""));
        metadata.put("os", System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""));
        metadata.putAll(properties.machineMetadata());
        return Machine.here(
                host,
                environment.getProperty("corrosion.node.region", ""),
                zone == null ? environment.getProperty(ZONE, "") : zone,
                Objects.requireNonNullElse(Corrosion.class.getPackage().getImplementationVersion(), ""),
                metadata);
    }

    /** Whether somebody has said which address Spring Cloud should find. */
    static boolean networkIsConfigured(Environment environment) {
        Binder binder = Binder.get(environment);
        return NETWORK_PROPERTIES.stream().anyMatch(name -> binder.bind(INET_UTILS + name, Bindable.of(Object.class))
                .isBound());
    }
}
