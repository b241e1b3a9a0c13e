package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.LiveStreams;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Opens the node when its bean is made, so that it is there for everything that depends on it, and closes it after all of
 * that: requests that drain at shutdown can still write.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "corrosion.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CorrosionProperties.class)
public final class CorrosionAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Corrosion corrosion(
            CorrosionProperties properties,
            Environment environment,
            ResourcePatternResolver resources,
            ObjectProvider<CorrosionSchema> contributedSchema) {
        return new NodeOpener(properties, environment.getProperty("spring.application.name"))
                .open(new SchemaFiles(resources), contributedSchema.orderedStream());
    }

    @Bean
    @ConditionalOnMissingBean
    LiveStreams corrosionLiveStreams() {
        return new LiveStreams();
    }

    @Bean
    @ConditionalOnMissingBean
    CorrosionTemplate corrosionTemplate(Corrosion corrosion, LiveStreams liveStreams) {
        return new CorrosionTemplate(corrosion, liveStreams);
    }
}
