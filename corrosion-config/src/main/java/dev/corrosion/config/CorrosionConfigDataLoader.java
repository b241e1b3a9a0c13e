package dev.corrosion.config;

import dev.corrosion.CorrosionException;
import dev.corrosion.config.ConfigTable.Entry;
import java.util.List;
import java.util.Objects;
import org.apache.commons.logging.Log;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.config.ConfigData;
import org.springframework.boot.context.config.ConfigData.Option;
import org.springframework.boot.context.config.ConfigDataLoader;
import org.springframework.boot.context.config.ConfigDataLoaderContext;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.env.PropertySource;

/**
 * Reads the configuration from the node's own copy of the database, so it needs no peer, except when there is no copy yet: see
 * {@link LocalCopy}.
 */
final class CorrosionConfigDataLoader implements ConfigDataLoader<CorrosionConfigDataResource> {

    private final Log log;
    private final LocalCopy localCopy;

    CorrosionConfigDataLoader(DeferredLogFactory logs) {
        this.log = logs.getLog(CorrosionConfigDataLoader.class);
        this.localCopy = new LocalCopy(log);
    }

    /** @throws CorrosionException if there is neither a copy nor a peer, and the import is not optional */
    @Override
    public ConfigData load(ConfigDataLoaderContext context, CorrosionConfigDataResource resource) {
        List<Entry> entries =
                localCopy.read(resource).stream().filter(resource::concerns).toList();
        loaded(context.getBootstrapContext()).put(resource, entries);
        log.info("Configuration from the replicated table: " + entries.size() + " rows of " + resource);
        return data(resource, entries);
    }

    private static ConfigData data(CorrosionConfigDataResource resource, List<Entry> entries) {
        List<PropertySource<?>> sources = PropertySources.of(resource, entries);
        // Which profiles there are is settled before the table is read.
        return new ConfigData(sources, Option.IGNORE_IMPORTS, Option.IGNORE_PROFILES, Option.PROFILE_SPECIFIC);
    }

    private static LoadedConfig loaded(ConfigurableBootstrapContext context) {
        if (!context.isRegistered(LoadedConfig.class)) {
            LoadedConfig loaded = new LoadedConfig();
            context.register(LoadedConfig.class, InstanceSupplier.of(loaded));
            context.addCloseListener(event ->
                    event.getApplicationContext().getBeanFactory().registerSingleton("corrosionLoadedConfig", loaded));
        }
        return Objects.requireNonNull(context.get(LoadedConfig.class));
    }
}
