package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.NodeStatus;
import dev.corrosion.SchemaPlan;
import dev.corrosion.spring.CorrosionSchema;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns properties into options, opens the node and says in one line what came of it. */
final class NodeOpener {

    private static final Logger log = LoggerFactory.getLogger(NodeOpener.class);

    private final CorrosionProperties properties;
    private final @Nullable String applicationName;

    NodeOpener(CorrosionProperties properties, @Nullable String applicationName) {
        this.properties = properties;
        this.applicationName = applicationName;
    }

    /** @throws SchemaDryRunException instead of opening, if only a dry run of the schema is wanted */
    Corrosion open(SchemaFiles files, Stream<CorrosionSchema> contributed) {
        CorrosionOptions options = options(files, contributed);
        if (properties.schema().dryRun()) {
            SchemaPlan plan = Corrosion.plan(options);
            log.info("dry run of the schema on {}:\n{}", options.database(), plan);
            throw new SchemaDryRunException(plan, options.allowDestructiveSchema());
        }
        Corrosion corrosion = Corrosion.open(options);
        if (log.isInfoEnabled()) {
            log.info(describe(corrosion.status(), properties.cluster().bootstrap()));
        }
        return corrosion;
    }

    CorrosionOptions options(SchemaFiles files, Stream<CorrosionSchema> contributed) {
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
                .bootstrap(cluster.bootstrap())
                .secret(properties.security().secret())
                .acceptedSecrets(properties.security().acceptedSecrets())
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
        try {
            return options.membership(cluster.membership().options())
                    .subscriptions(properties.subscription().limits())
                    .build();
        } catch (IllegalArgumentException e) {
            throw new CorrosionException("the corrosion.* properties are wrong: " + e.getMessage(), e);
        }
    }

    static String describe(NodeStatus status, List<String> bootstrap) {
        String role = bootstrap.isEmpty()
                ? "as a single node until others name it (corrosion.cluster.bootstrap is empty)"
                : "in a cluster, looking for " + bootstrap;
        return "Corrosion node '" + status.name() + "' (" + status.actorId().shortId() + ") runs " + role + "; data in "
                + status.database() + ", peers at " + hostAndPort(status) + ", security: " + status.security();
    }

    private static String hostAndPort(NodeStatus status) {
        return status.address().getHostString() + ":" + status.address().getPort();
    }
}
