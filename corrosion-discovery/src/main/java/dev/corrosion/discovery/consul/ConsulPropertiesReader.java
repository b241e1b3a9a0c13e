package dev.corrosion.discovery.consul;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Takes {@code spring.cloud.consul.discovery.*} for ours, if {@code corrosion.discovery.consul.properties=true}: so that an application
 * can change its dependency first and its configuration later. What is said by {@code corrosion.discovery.*} itself counts more.
 */
public final class ConsulPropertiesReader implements EnvironmentPostProcessor, Ordered {

    private static final String WANTED = "corrosion.discovery.consul.properties";
    private static final String CONSUL = "spring.cloud.consul.discovery.";
    private static final String OURS = "corrosion.discovery.";

    /** Single values that mean the same. */
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("enabled", "enabled"),
            Map.entry("register", "register"),
            Map.entry("deregister", "deregister"),
            Map.entry("lifecycle.enabled", "lifecycle.enabled"),
            Map.entry("fail-fast", "fail-fast"),
            Map.entry("service-name", "service-name"),
            Map.entry("instance-id", "instance-id"),
            Map.entry("hostname", "hostname"),
            Map.entry("ip-address", "ip-address"),
            Map.entry("prefer-ip-address", "prefer-ip-address"),
            Map.entry("port", "port"),
            Map.entry("scheme", "scheme"),
            Map.entry("instance-zone", "zone"),
            Map.entry("instance-group", "group"),
            Map.entry("management-port", "management.port"),
            Map.entry("management-suffix", "management.suffix"),
            Map.entry("order", "order"),
            Map.entry("health-check-critical-timeout", "reap-after"),
            Map.entry("health-check-interval", "health.interval"),
            Map.entry("health-check-timeout", "health.timeout"),
            Map.entry("heartbeat.actuator-health-group", "health.group"),
            Map.entry("register-health-check", "health.enabled"));

    private static final Map<String, String> LISTS =
            Map.of("tags", "tags", "management-tags", "management.tags", "default-query-tag", "default-query-tags");

    private static final Map<String, String> MAPS = Map.of(
            "metadata", "metadata",
            "management-metadata", "management.metadata",
            "server-list-query-tags", "query-tags");

    /** What has no counterpart since nobody asks the application over HTTP, or nothing like an agent is there. */
    private static final List<String> WITHOUT_COUNTERPART = List.of(
            "acl-token",
            "consistency-mode",
            "health-check-path",
            "health-check-url",
            "health-check-headers",
            "health-check-tls-skip-verify",
            "prefer-agent-address",
            "enable-tag-override",
            "datacenters",
            "default-zone-metadata-name",
            "include-hostname-in-instance-id");

    private final Log log;

    ConsulPropertiesReader(DeferredLogFactory logs) {
        this.log = logs.getLog(ConsulPropertiesReader.class);
    }

    /** Once the application's files are read. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (!environment.getProperty(WANTED, Boolean.class, false)) {
            return;
        }
        Binder binder = Binder.get(environment);
        Map<String, Object> ours = new LinkedHashMap<>();
        VALUES.forEach((theirs, name) ->
                binder.bind(CONSUL + theirs, String.class).ifBound(value -> ours.put(OURS + name, value)));
        LISTS.forEach((theirs, name) -> binder.bind(CONSUL + theirs, Bindable.listOf(String.class))
                .ifBound(values -> ours.put(OURS + name, String.join(",", values))));
        MAPS.forEach((theirs, name) -> binder.bind(CONSUL + theirs, Bindable.mapOf(String.class, String.class))
                .ifBound(map -> map.forEach((key, value) -> ours.put(OURS + name + "." + key, value))));
        binder.bind(CONSUL + "query-passing", Boolean.class)
                .ifBound(passing -> ours.put(OURS + "include-unhealthy", !passing));
        binder.bind(CONSUL + "heartbeat.use-actuator-health", Boolean.class)
                .ifBound(use -> ours.putIfAbsent(OURS + "health.enabled", use));
        WITHOUT_COUNTERPART.stream()
                .filter(name ->
                        binder.bind(CONSUL + name, Bindable.of(Object.class)).isBound())
                .forEach(name -> log.warn(CONSUL + name + " has no counterpart in Corrosion and is left out"));
        environment.getPropertySources().addLast(new MapPropertySource(CONSUL + "* for Corrosion", ours));
        log.info(ours.size() + " properties of " + CONSUL + "* are taken for " + OURS + "*: " + ours.keySet());
    }
}
