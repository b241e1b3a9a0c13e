package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.AbsentNodeReaper;
import dev.corrosion.discovery.CatalogTables;
import dev.corrosion.discovery.CorrosionDiscovery;
import dev.corrosion.discovery.DiscoveryEventPublisher;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.LiveStreams;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.client.actuator.HasFeatures;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/** The catalogue: its tables, its snapshot, its events. The clients are made by the two configurations beside this. */
@AutoConfiguration(after = CorrosionAutoConfiguration.class)
@ConditionalOnCorrosionDiscoveryEnabled
@EnableConfigurationProperties(CorrosionDiscoveryProperties.class)
public final class CorrosionDiscoveryAutoConfiguration {

    /** Static and without dependencies: the node takes it when it opens. */
    @Bean
    static CorrosionSchema corrosionDiscoverySchema() {
        return CatalogTables.SCHEMA;
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    CorrosionDiscovery corrosionDiscovery(
            Corrosion corrosion, LiveStreams liveStreams, CorrosionDiscoveryProperties properties) {
        return new CorrosionDiscovery(corrosion, liveStreams, properties.options());
    }

    @Bean
    DiscoveryEventPublisher corrosionDiscoveryEventPublisher(
            CorrosionDiscovery discovery,
            ApplicationEventPublisher publisher,
            ObjectProvider<AutoServiceRegistration> registration) {
        return new DiscoveryEventPublisher(
                discovery, publisher, registration.stream().findAny().isPresent());
    }

    @Bean(destroyMethod = "close")
    AbsentNodeReaper corrosionAbsentNodeReaper(Corrosion corrosion, CorrosionDiscoveryProperties properties) {
        return new AbsentNodeReaper(corrosion, properties.reapAfter(), Clock.systemUTC());
    }

    @Bean
    HasFeatures corrosionDiscoveryFeatures() {
        return HasFeatures.namedFeature("Corrosion Discovery", CorrosionDiscovery.class);
    }
}
