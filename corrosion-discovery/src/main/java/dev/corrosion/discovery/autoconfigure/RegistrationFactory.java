package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.autoconfigure.WebServerDetails.Server;
import dev.corrosion.discovery.registration.CorrosionManagementRegistrationCustomizer;
import dev.corrosion.discovery.registration.CorrosionRegistration;
import dev.corrosion.discovery.registration.CorrosionRegistrationCustomizer;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import dev.corrosion.discovery.registration.RegistrationBuilder;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the registrations of an application from its properties, its web servers and what customizers add. */
final class RegistrationFactory {

    private static final String CONTEXT_PATH = "contextPath";

    private final CorrosionRegistrationProperties properties;
    private final CorrosionServiceRegistry registry;
    private final @Nullable WebServerDetails web;
    private final String defaultName;
    private final String defaultZone;
    private final String defaultVersion;

    RegistrationFactory(
            CorrosionRegistrationProperties properties,
            CorrosionServiceRegistry registry,
            @Nullable WebServerDetails web,
            String defaultName,
            String defaultZone,
            String defaultVersion) {
        this.properties = properties;
        this.registry = registry;
        this.web = web;
        this.defaultName = defaultName;
        this.defaultZone = defaultZone;
        this.defaultVersion = defaultVersion;
    }

    CorrosionRegistration service(List<CorrosionRegistrationCustomizer> customizers) {
        RegistrationBuilder builder = registry.registration(name());
        String id = properties.instanceId();
        if (id != null) {
            set("instance-id", id, builder::instanceId);
        }
        common(builder);
        set("tags", properties.tags(), builder::tags);
        set("metadata", properties.metadata(), builder::metadata);
        Integer port = properties.port();
        if (port != null) {
            set("port", port, given -> builder.port(given.intValue()));
        }
        if (web != null) {
            server(builder, web.service(), port == null);
        }
        String scheme = properties.scheme();
        if (scheme != null) {
            set("scheme", scheme, builder::scheme);
        }
        customizers.forEach(customizer -> customizer.customize(builder));
        return RegistrationPropertyRules.checked("metadata", properties.metadata(), builder::build);
    }

    /** The registration of the management server, once it listens on a port of its own. */
    Optional<CorrosionRegistration> management(List<CorrosionManagementRegistrationCustomizer> customizers) {
        CorrosionRegistrationProperties.Management management = properties.management();
        if (web == null || web.management().port().getAsInt() == 0) {
            return Optional.empty();
        }
        RegistrationBuilder builder = registry.registration(name() + "-" + management.suffix());
        String id = properties.instanceId();
        if (id != null) {
            builder.instanceId(id + "-" + management.suffix());
        }
        common(builder);
        set("management.tags", management.tags(), builder::tags);
        Map<String, String> metadata = management.metadata();
        set("management.metadata", metadata == null ? properties.metadata() : metadata, builder::metadata);
        Integer port = management.port();
        if (port != null) {
            set("management.port", port, given -> builder.port(given.intValue()));
        }
        server(builder, web.management(), port == null);
        InetAddress address = web.management().address();
        if (address != null
                && !address.isAnyLocalAddress()
                && !address.equals(web.service().address())) {
            builder.host(address.getHostAddress());
        }
        customizers.forEach(customizer -> customizer.customize(builder));
        return Optional.of(builder.build());
    }

    private String name() {
        String name = properties.serviceName();
        return name == null ? defaultName : name;
    }

    private void common(RegistrationBuilder builder) {
        set("namespace", properties.namespace(), builder::namespace);
        builder.zone(orElse(properties.zone(), defaultZone));
        builder.group(orElse(properties.group(), ""));
        builder.version(orElse(properties.version(), defaultVersion));
        Integer weight = properties.weight();
        if (weight != null) {
            set("weight", weight, builder::weight);
        }
        builder.initialStatus(properties.initialStatus());
    }

    private static void server(RegistrationBuilder builder, Server server, boolean withPort) {
        if (withPort) {
            builder.port(server.port());
        }
        builder.scheme(server.secure() ? "https" : "http");
        if (!server.contextPath().isEmpty() && !server.contextPath().equals("/")) {
            builder.metadata(CONTEXT_PATH, server.contextPath());
        }
    }

    private static <T> void set(String name, T value, Consumer<T> setter) {
        RegistrationPropertyRules.checked(name, value, () -> {
            setter.accept(value);
            return value;
        });
    }

    private static String orElse(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }
}
