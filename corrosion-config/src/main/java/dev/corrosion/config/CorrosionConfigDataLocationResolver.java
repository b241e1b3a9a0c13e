package dev.corrosion.config;

import dev.corrosion.spring.autoconfigure.EarlyOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.context.config.ConfigDataLocation;
import org.springframework.boot.context.config.ConfigDataLocationResolver;
import org.springframework.boot.context.config.ConfigDataLocationResolverContext;
import org.springframework.boot.context.config.Profiles;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.io.ResourceLoader;

/**
 * Takes {@code spring.config.import=corrosion:} and {@code corrosion:namespace}, each also with {@code optional:}. Resolved when the
 * profiles are known: which rows are asked for depends on them.
 */
final class CorrosionConfigDataLocationResolver implements ConfigDataLocationResolver<CorrosionConfigDataResource> {

    static final String PREFIX = "corrosion:";

    static final String DEFAULT_NAMESPACE = "default";

    /** Rows of this name are for all applications. */
    static final String SHARED = "application";

    private static final String PROPERTIES = "corrosion.config";

    private final ResourceLoader resources;

    CorrosionConfigDataLocationResolver(ResourceLoader resources) {
        this.resources = resources;
    }

    @Override
    public boolean isResolvable(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        return location.hasPrefix(PREFIX);
    }

    @Override
    public List<CorrosionConfigDataResource> resolve(
            ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        return List.of();
    }

    @Override
    public List<CorrosionConfigDataResource> resolveProfileSpecific(
            ConfigDataLocationResolverContext context, ConfigDataLocation location, Profiles profiles) {
        Binder binder = context.getBinder();
        CorrosionConfigProperties properties = binder.bindOrCreate(PROPERTIES, CorrosionConfigProperties.class);
        if (!properties.enabled()) {
            return List.of();
        }
        String namespace = location.getNonPrefixedValue(PREFIX).strip();
        String name = Objects.requireNonNullElse(
                binder.bind("spring.application.name", String.class).orElse(""), "");
        Set<String> applications = new LinkedHashSet<>(List.of(SHARED));
        applications.addAll(!properties.name().isEmpty() || name.isBlank() ? properties.name() : List.of(name));
        return List.of(new CorrosionConfigDataResource(
                namespace.isEmpty() ? DEFAULT_NAMESPACE : namespace,
                List.copyOf(applications),
                profiles.getAccepted(),
                EarlyOptions.database(binder),
                new CorrosionConfigDataResource.FirstStart(
                        () -> EarlyOptions.of(binder, name.isBlank() ? null : name, resources, ConfigTable.SCHEMA),
                        properties.firstSyncTimeout(),
                        location.isOptional())));
    }
}
