package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.spring.CorrosionSchema;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The node's options before there is an application context, for what has to read the database earlier: from properties
 * alone. What beans would add to them ({@link CorrosionConnectionDetails}, {@link CorrosionOptionsCustomizer}, {@link
 * CorrosionSchema}) is not known yet.
 */
public final class EarlyOptions {

    private static final String PREFIX = "corrosion";

    private EarlyOptions() {}

    /** Where the database is, by the properties that are known to the binder. */
    public static Path database(Binder binder) {
        return properties(binder).node().database();
    }

    /**
     * Options like those that the application's node will have, which never allow anything destructive.
     *
     * @param applicationName the node's name if none is configured
     * @param schema declared beside the files of {@code corrosion.schema.locations}
     * @throws dev.corrosion.CorrosionException if the properties cannot be right, or a schema file is missing
     */
    public static CorrosionOptions of(
            Binder binder, @Nullable String applicationName, ResourceLoader resources, CorrosionSchema schema) {
        CorrosionProperties properties = properties(binder);
        CorrosionConnectionDetails connection = () -> properties.cluster().bootstrap();
        return new OptionsFactory(properties, applicationName, connection, () -> bundles(binder, resources))
                .options(
                        new SchemaFiles(new PathMatchingResourcePatternResolver(resources)),
                        Stream.of(schema),
                        Stream.of(options -> options.allowDestructiveSchema(false)));
    }

    private static CorrosionProperties properties(Binder binder) {
        return binder.bindOrCreate(PREFIX, CorrosionProperties.class);
    }

    private static SslBundles bundles(Binder binder, ResourceLoader resources) {
        SslProperties ssl = binder.bindOrCreate("spring.ssl", SslProperties.class);
        DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
        ssl.getBundle()
                .getPem()
                .forEach((name, pem) -> registry.registerBundle(name, PropertiesSslBundle.get(pem, resources)));
        ssl.getBundle()
                .getJks()
                .forEach((name, jks) -> registry.registerBundle(name, PropertiesSslBundle.get(jks, resources)));
        return registry;
    }
}
