package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.discovery.registration.AdvertisedHost;
import dev.corrosion.discovery.registration.CorrosionAutoServiceRegistration;
import dev.corrosion.discovery.registration.CorrosionRegistration;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.cloud.client.serviceregistry.ServiceRegistryAutoConfiguration;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.UtilAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The registry and, unless switched off, the registration of this application. */
@AutoConfiguration(
        after = {
            CorrosionDiscoveryAutoConfiguration.class,
            WebServerDetailsAutoConfiguration.class,
            UtilAutoConfiguration.class
        },
        before = ServiceRegistryAutoConfiguration.class)
@ConditionalOnCorrosionDiscoveryEnabled
@EnableConfigurationProperties(CorrosionRegistrationProperties.class)
@ConditionalOnBooleanProperty(name = "spring.cloud.service-registry.enabled", matchIfMissing = true)
public final class CorrosionRegistrationAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    CorrosionServiceRegistry corrosionServiceRegistry(Corrosion corrosion, ServiceHost host) {
        return new CorrosionServiceRegistry(corrosion, host.host());
    }

    @Bean
    ServiceHost corrosionServiceHost(
            Corrosion corrosion,
            CorrosionRegistrationProperties properties,
            ObjectProvider<WebServerDetails> web,
            InetUtils network) {
        WebServerDetails server = web.getIfAvailable();
        return new ServiceHost(AdvertisedHost.of(
                properties.hostname(),
                server == null ? null : server.address(),
                corrosion.status(),
                () -> network.findFirstNonLoopbackHostInfo().getIpAddress()));
    }

    /** Where callers reach this application. */
    record ServiceHost(String host) {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "corrosion.discovery.register", matchIfMissing = true)
    @ConditionalOnBooleanProperty(
            name = "spring.cloud.service-registry.auto-registration.enabled",
            matchIfMissing = true)
    static class AutoRegistration {

        @Bean
        @ConditionalOnMissingBean
        CorrosionRegistration corrosionRegistration(
                Corrosion corrosion,
                CorrosionRegistrationProperties properties,
                Environment environment,
                ServiceHost host,
                ObjectProvider<WebServerDetails> web) {
            String name = properties.serviceName();
            return new CorrosionRegistration(
                    name != null ? name : environment.getProperty("spring.application.name", ""),
                    corrosion.actorId().shortId(),
                    host.host(),
                    port(properties.port(), web.getIfAvailable()),
                    scheme(properties.scheme(), web.getIfAvailable()),
                    properties.metadata());
        }

        @Bean
        @ConditionalOnMissingBean
        CorrosionAutoServiceRegistration corrosionAutoServiceRegistration(
                ApplicationContext context,
                Corrosion corrosion,
                CorrosionServiceRegistry registry,
                CorrosionRegistration registration,
                CorrosionRegistrationProperties properties,
                ObjectProvider<RegistrationLifecycle<CorrosionRegistration>> callbacks) {
            return new CorrosionAutoServiceRegistration(
                    context,
                    registry,
                    registration,
                    callbacks.orderedStream().toList(),
                    properties.deregisterDelay(),
                    () -> corrosion.status().members().stream().anyMatch(Member::isPresent));
        }

        private static IntSupplier port(@Nullable Integer configured, @Nullable WebServerDetails web) {
            if (configured != null) {
                return () -> configured;
            }
            return web == null ? () -> 0 : web.port();
        }

        private static String scheme(@Nullable String configured, @Nullable WebServerDetails web) {
            if (configured != null) {
                return configured;
            }
            return web != null && web.secure() ? "https" : "http";
        }
    }
}
