package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.registration.ApplicationHealth;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;
import org.springframework.context.annotation.Bean;

/** Asks the health endpoint, where there is one. */
@AutoConfiguration(
        afterName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration",
        before = CorrosionRegistrationAutoConfiguration.class)
@ConditionalOnClass(HealthEndpoint.class)
@ConditionalOnBean(HealthEndpoint.class)
@ConditionalOnBooleanProperty(name = "corrosion.discovery.health.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CorrosionRegistrationProperties.class)
final class CorrosionRegistrationHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ApplicationHealth corrosionApplicationHealth(
            HealthEndpoint endpoint,
            HealthEndpointGroups groups,
            HealthContributorRegistry contributors,
            ObjectProvider<ReactiveHealthContributorRegistry> reactive,
            CorrosionRegistrationProperties properties) {
        String name = properties.health().group();
        return new ActuatorHealth(endpoint, group(groups, name), name, contributors, reactive.getIfAvailable());
    }

    private static HealthEndpointGroup group(HealthEndpointGroups groups, @Nullable String name) {
        HealthEndpointGroup found = name == null ? groups.getPrimary() : groups.get(name);
        if (found == null) {
            throw new InvalidConfigurationPropertyValueException(
                    "corrosion.discovery.health.group",
                    name,
                    "It is not one of the groups that there are: " + new TreeSet<>(groups.getNames())
                            + "; one is made by management.endpoint.health.group.NAME.include.");
        }
        return found;
    }
}
