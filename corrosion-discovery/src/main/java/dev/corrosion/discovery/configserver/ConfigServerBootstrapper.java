package dev.corrosion.discovery.configserver;

import org.springframework.boot.bootstrap.BootstrapRegistry;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.BootstrapRegistryInitializer;
import org.springframework.cloud.config.client.ConfigServerInstanceProvider;
import org.springframework.util.ClassUtils;

/** Tells Spring Cloud's Config client, if it is there, how {@code spring.cloud.config.discovery.enabled=true} finds its server. */
final class ConfigServerBootstrapper implements BootstrapRegistryInitializer {

    private static final String CLIENT = "org.springframework.cloud.config.client.ConfigServerInstanceProvider";

    @Override
    public void initialize(BootstrapRegistry registry) {
        if (ClassUtils.isPresent(CLIENT, getClass().getClassLoader())) {
            Client.register(registry);
        }
    }

    /** Loaded only if the client is there. */
    private static final class Client {

        static void register(BootstrapRegistry registry) {
            registry.registerIfAbsent(
                    ConfigServerInstanceProvider.Function.class, InstanceSupplier.from(ConfigServerLookup::new));
        }
    }
}
