package dev.corrosion.discovery.configserver;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.discovery.CatalogTables;
import dev.corrosion.spring.autoconfigure.EarlyDatabase;
import dev.corrosion.spring.autoconfigure.EarlyOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.commons.logging.Log;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.config.client.ConfigServerInstanceProvider;
import org.springframework.core.io.DefaultResourceLoader;

/**
 * Finds Config Servers by the node's own copy of the catalogue. If that knows none, the node is opened for a moment and what a peer has is
 * waited for, for {@code corrosion.discovery.config-server.timeout}.
 */
final class ConfigServerLookup implements ConfigServerInstanceProvider.Function {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final String QUERY = "SELECT instance_id, service, host, port, secure FROM healthy_instances"
            + " WHERE namespace = ? AND service = ? ORDER BY instance_id";

    @Override
    public List<ServiceInstance> apply(String serviceId) {
        throw new IllegalStateException("the Config client of this version does not say what it is configured by; use"
                + " spring.cloud.config.uri instead of spring.cloud.config.discovery");
    }

    @Override
    public List<ServiceInstance> apply(String serviceId, Binder binder, BindHandler handler, Log log) {
        if (!wants(binder, "spring.cloud.config.discovery.enabled", false)
                || !wants(binder, "corrosion.discovery.enabled", true)) {
            return List.of();
        }
        List<ServiceInstance> known = find(binder, serviceId);
        if (known.isEmpty()) {
            fetch(binder, log);
            known = find(binder, serviceId);
        }
        log.info("Config Servers '" + serviceId + "' in the catalogue: " + known.size());
        return known;
    }

    private static List<ServiceInstance> find(Binder binder, String serviceId) {
        Path database = EarlyOptions.database(binder);
        return EarlyDatabase.<ServiceInstance>read(
                        database,
                        "services",
                        QUERY,
                        List.of(text(binder, "corrosion.discovery.namespace", "default"), serviceId),
                        row -> new DefaultServiceInstance(
                                row.getString(1), row.getString(2), row.getString(3), row.getInt(4), row.getBoolean(5)))
                .orElse(List.of());
    }

    private static void fetch(Binder binder, Log log) {
        String name = text(binder, "spring.application.name", "");
        CorrosionOptions options = EarlyOptions.of(
                binder, name.isEmpty() ? null : name, new DefaultResourceLoader(), CatalogTables.SCHEMA);
        Duration timeout = binder.bind("corrosion.discovery.config-server.timeout", Duration.class)
                .orElse(DEFAULT_TIMEOUT);
        if (timeout != null && !EarlyDatabase.fetch(options, timeout)) {
            log.warn("No peer has told of Config Servers within " + timeout.toMillis() + " ms (looked for "
                    + options.cluster().bootstrap() + ")");
        }
    }

    private static boolean wants(Binder binder, String property, boolean fallback) {
        return Boolean.TRUE.equals(binder.bind(property, Boolean.class).orElse(fallback));
    }

    private static String text(Binder binder, String property, String fallback) {
        String text = binder.bind(property, String.class).orElse(fallback);
        return text == null ? fallback : text;
    }
}
