package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.registration.AdvertisedHost;
import dev.corrosion.discovery.registration.ApplicationHealth;
import dev.corrosion.discovery.registration.CorrosionAutoServiceRegistration;
import dev.corrosion.discovery.registration.CorrosionManagementRegistrationCustomizer;
import dev.corrosion.discovery.registration.CorrosionRegistration;
import dev.corrosion.discovery.registration.CorrosionRegistrationCustomizer;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import dev.corrosion.discovery.registration.HandMadeRegistrations;
import dev.corrosion.discovery.registration.HealthSource;
import dev.corrosion.discovery.registration.Machine;
import dev.corrosion.discovery.registration.RegistrationCallbacks;
import dev.corrosion.discovery.registration.RegistrationRules;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.cloud.client.serviceregistry.ServiceRegistryAutoConfiguration;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.UtilAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.env.Environment;

/**
 * The registry and, unless switched off, the registration of this application.
 *
 * <p>The three beans that Spring Cloud wants one of are fallbacks: where another registry is in the application, it is the
 * one that is injected by Spring Cloud's types, and both register.
 */
@AutoConfiguration(
        after = {
            CorrosionDiscoveryAutoConfiguration.class,
            WebServerDetailsAutoConfiguration.class,
            UtilAutoConfiguration.class
        },
        before = ServiceRegistryAutoConfiguration.class,
        afterName = "org.springframework.boot.autoconfigure.info.ProjectInfoAutoConfiguration")
@ConditionalOnCorrosionDiscoveryEnabled
@ConditionalOnBooleanProperty(name = "spring.cloud.service-registry.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CorrosionRegistrationProperties.class)
public final class CorrosionRegistrationAutoConfiguration {

    @Bean(destroyMethod = "close")
    @Fallback
    @ConditionalOnMissingBean
    CorrosionServiceRegistry corrosionServiceRegistry(Corrosion corrosion, Machine machine) {
        return new CorrosionServiceRegistry(corrosion, machine);
    }

    @Bean
    HandMadeRegistrations corrosionHandMadeRegistrations(
            CorrosionServiceRegistry registry, CorrosionRegistrationProperties properties) {
        return new HandMadeRegistrations(registry, rules(properties));
    }

    private static RegistrationRules rules(CorrosionRegistrationProperties properties) {
        return new RegistrationRules(
                properties.lifecycle().enabled(),
                properties.deregister(),
                properties.failFast(),
                properties.deregisterDelay());
    }

    @Bean
    @ConditionalOnMissingBean
    Machine corrosionMachine(
            Corrosion corrosion,
            CorrosionRegistrationProperties properties,
            Environment environment,
            ObjectProvider<WebServerDetails> web,
            InetUtils network) {
        RegistrationPropertyRules.check(properties);
        return new MachineFactory(environment)
                .machine(properties, host(corrosion, properties, environment, web.getIfAvailable(), network));
    }

    private static String host(
            Corrosion corrosion,
            CorrosionRegistrationProperties properties,
            Environment environment,
            @Nullable WebServerDetails web,
            InetUtils network) {
        AdvertisedHost host = new AdvertisedHost(
                properties.hostname(),
                properties.ipAddress(),
                properties.preferIpAddress(),
                RegistrationPropertyRules.networks(properties.preferredNetworks()),
                web == null ? null : web.service().address(),
                corrosion.status().address(),
                MachineFactory.networkIsConfigured(environment),
                () -> network.findFirstNonLoopbackHostInfo().getIpAddress());
        return RegistrationPropertyRules.checked("preferred-networks", properties.preferredNetworks(), host::find);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "corrosion.discovery.register", matchIfMissing = true)
    @ConditionalOnBooleanProperty(
            name = "spring.cloud.service-registry.auto-registration.enabled",
            matchIfMissing = true)
    static class AutoRegistration {

        @Bean
        RegistrationFactory corrosionRegistrationFactory(
                CorrosionRegistrationProperties properties,
                CorrosionServiceRegistry registry,
                ObjectProvider<WebServerDetails> web,
                ObjectProvider<BuildProperties> build,
                Environment environment) {
            String version = build.stream()
                    .findFirst()
                    .map(BuildProperties::getVersion)
                    .orElseGet(() -> environment.getProperty("spring.application.version", ""));
            return new RegistrationFactory(
                    properties,
                    registry,
                    web.getIfAvailable(),
                    environment.getProperty("spring.application.name", ""),
                    environment.getProperty(MachineFactory.ZONE, ""),
                    version);
        }

        @Bean
        @Fallback
        @ConditionalOnMissingBean
        CorrosionRegistration corrosionRegistration(
                RegistrationFactory factory, ObjectProvider<CorrosionRegistrationCustomizer> customizers) {
            return factory.service(customizers.orderedStream().toList());
        }

        @Bean
        @Fallback
        @ConditionalOnMissingBean
        CorrosionAutoServiceRegistration corrosionAutoServiceRegistration(
                ApplicationContext context,
                CorrosionServiceRegistry registry,
                CorrosionRegistration registration,
                RegistrationFactory factory,
                CorrosionRegistrationProperties properties,
                ObjectProvider<RegistrationLifecycle<? super CorrosionRegistration>> callbacks,
                ObjectProvider<CorrosionManagementRegistrationCustomizer> customizers,
                ObjectProvider<ApplicationHealth> health) {
            Supplier<Optional<CorrosionRegistration>> management = registersManagement(context.getEnvironment())
                    ? () -> factory.management(customizers.orderedStream().toList())
                    : Optional::empty;
            return new CorrosionAutoServiceRegistration(
                    context,
                    registry,
                    registration,
                    management,
                    new RegistrationCallbacks(callbacks.orderedStream().toList()),
                    rules(properties),
                    source(properties.health(), health));
        }

        private static boolean registersManagement(Environment environment) {
            return environment.getProperty(
                    "spring.cloud.service-registry.auto-registration.register-management", boolean.class, true);
        }

        private static @Nullable HealthSource source(
                CorrosionRegistrationProperties.Health properties, ObjectProvider<ApplicationHealth> health) {
            ApplicationHealth asked = properties.enabled() ? health.getIfAvailable() : null;
            return asked == null ? null : new HealthSource(asked, properties.interval(), properties.timeout());
        }
    }
}
