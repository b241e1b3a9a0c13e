package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.spring.CorrosionSchema;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;

/** Turns the properties, and what beans add to them, into options. */
final class OptionsFactory {

    private final CorrosionProperties properties;
    private final @Nullable String applicationName;
    private final CorrosionConnectionDetails connection;
    private final Supplier<@Nullable SslBundles> bundles;

    OptionsFactory(
            CorrosionProperties properties,
            @Nullable String applicationName,
            CorrosionConnectionDetails connection,
            Supplier<@Nullable SslBundles> bundles) {
        this.properties = properties;
        this.applicationName = applicationName;
        this.connection = connection;
        this.bundles = bundles;
    }

    CorrosionOptions options(
            SchemaFiles files, Stream<CorrosionSchema> contributed, Stream<CorrosionOptionsCustomizer> customizers) {
        PropertyRules.check(properties);
        CorrosionProperties.Cluster cluster = properties.cluster();
        String name = properties.node().name();
        CorrosionOptions.Builder options = CorrosionOptions.builder()
                .database(properties.node().database())
                .name(name != null ? name : applicationName)
                .region(properties.node().region())
                .clusterId(cluster.id())
                .host(cluster.host())
                .port(cluster.port())
                .advertisedHost(cluster.advertisedHost())
                .bootstrap(List.copyOf(connection.bootstrap()))
                .secret(properties.security().secret())
                .acceptedSecrets(properties.security().acceptedSecrets())
                .revoked(properties.security().revoked())
                .revokedFile(properties.security().revokedFile())
                .syncInterval(cluster.syncInterval())
                .verifyInterval(cluster.verifyInterval())
                .maxBytesPerSecond(cluster.maxBytesPerSecond().toBytes())
                .synchronous(properties.store().synchronous())
                .writeTimeout(properties.store().writeTimeout())
                .queryTimeout(properties.store().queryTimeout())
                .tombstoneRetention(properties.store().tombstoneRetention())
                .keepIdentity(properties.store().keepIdentity())
                .allowDestructiveSchema(properties.schema().allowDestructive());
        files.read(properties.schema().locations()).forEach(file -> options.schema(file.name(), file.sql()));
        contributed.forEach(schema -> options.schema(schema.name(), schema.sql()));
        String bundle = properties.security().bundle();
        if (bundle != null) {
            options.certificates(new BundleCertificates(bundle, bundles.get()));
        }
        try {
            options.membership(cluster.membership().options())
                    .subscriptions(properties.subscription().limits())
                    .writeRules(properties.security().writeRules().stream()
                            .map(CorrosionProperties.WriteRule::rule)
                            .toList());
            customizers.forEach(customizer -> customizer.customize(options));
            return options.build();
        } catch (IllegalArgumentException e) {
            throw new CorrosionException("the corrosion.* properties are wrong: " + e.getMessage(), e);
        }
    }
}
