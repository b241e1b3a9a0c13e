package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.spring.CorrosionConversions;
import dev.corrosion.spring.CorrosionJson;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.LiveStreams;
import dev.corrosion.spring.observation.StatementObservations;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.ResourcePatternResolver;
import tools.jackson.databind.json.JsonMapper;

/**
 * Opens the node when its bean is made, so that it is there for everything that depends on it, and closes it after all of
 * that: requests that drain at shutdown can still write.
 */
@AutoConfiguration(
        after = SslAutoConfiguration.class,
        afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBooleanProperty(name = "corrosion.enabled", matchIfMissing = true)
@ImportRuntimeHints(CorrosionRuntimeHints.class)
@EnableConfigurationProperties(CorrosionProperties.class)
public final class CorrosionAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    CorrosionConnectionDetails corrosionConnectionDetails(CorrosionProperties properties) {
        return () -> properties.cluster().bootstrap();
    }

    @Bean
    @ConditionalOnMissingBean({Corrosion.class, CorrosionOptions.class})
    CorrosionOptions corrosionOptions(
            CorrosionProperties properties,
            CorrosionConnectionDetails connection,
            Environment environment,
            ResourcePatternResolver resources,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<CorrosionSchema> contributedSchema,
            ObjectProvider<CorrosionOptionsCustomizer> customizers) {
        return new OptionsFactory(
                        properties,
                        environment.getProperty("spring.application.name"),
                        connection,
                        bundles::getIfAvailable)
                .options(new SchemaFiles(resources), contributedSchema.orderedStream(), customizers.orderedStream());
    }

    @Bean
    @ConditionalOnMissingBean({Corrosion.class, CorrosionOpener.class})
    CorrosionOpener corrosionOpener() {
        return Corrosion::open;
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Corrosion.class)
    RestartableCorrosion corrosion(
            CorrosionOptions options,
            CorrosionProperties properties,
            CorrosionOpener opener,
            ConfigurableApplicationContext context) {
        NodeOpener node = new NodeOpener(options, properties.schema().dryRun(), opener);
        return new RestartableCorrosion(node::open, context::isClosed);
    }

    @Bean
    @ConditionalOnMissingBean
    LiveStreams corrosionLiveStreams() {
        return new LiveStreams();
    }

    @Bean
    @ConditionalOnMissingBean
    CorrosionConversions corrosionConversions(ObjectProvider<CorrosionJson> json) {
        return new CorrosionConversions(json.getIfAvailable(), List.of());
    }

    @Bean
    @ConditionalOnMissingBean
    CorrosionTemplate corrosionTemplate(
            Corrosion corrosion,
            LiveStreams liveStreams,
            CorrosionConversions conversions,
            ObjectProvider<ObservationRegistry> observations) {
        ObservationRegistry registry = observations.getIfUnique(() -> ObservationRegistry.NOOP);
        return new CorrosionTemplate(corrosion, liveStreams, conversions, new StatementObservations(registry));
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("corrosion.readiness.wait-for")
    ReadinessGate corrosionReadinessGate(
            Corrosion corrosion,
            ObjectProvider<CorrosionOptions> options,
            CorrosionConnectionDetails connection,
            CorrosionProperties properties) {
        CorrosionOptions opened = options.getIfAvailable();
        List<String> bootstrap =
                opened == null ? connection.bootstrap() : opened.cluster().bootstrap();
        return new ReadinessGate(corrosion, bootstrap, properties.readiness());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JsonMapper.class)
    static class Json {

        @Bean
        @ConditionalOnMissingBean
        CorrosionJson corrosionJson(ObjectProvider<JsonMapper> mapper) {
            return new JacksonJson(mapper.getIfUnique(JsonMapper::shared));
        }
    }
}
