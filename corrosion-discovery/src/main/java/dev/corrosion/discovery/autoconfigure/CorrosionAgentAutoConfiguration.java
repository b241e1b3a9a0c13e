package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.consul.ConsulAgentApi;
import dev.corrosion.discovery.foreign.ForeignRegistry;
import dev.corrosion.http.ApiExtension;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import reactor.core.scheduler.Schedulers;

/** Registers services that are not on the JVM, through the node's HTTP API, if that is there. */
@AutoConfiguration(after = CorrosionDiscoveryAutoConfiguration.class)
@ConditionalOnCorrosionDiscoveryEnabled
@ConditionalOnClass(ApiExtension.class)
@ConditionalOnBooleanProperty(name = "corrosion.discovery.agent.enabled", matchIfMissing = true)
public final class CorrosionAgentAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ForeignRegistry corrosionForeignRegistry(Corrosion corrosion) {
        return new ForeignRegistry(
                corrosion, Schedulers.boundedElastic(), Clock.systemUTC(), RandomGenerator.getDefault());
    }

    @Bean
    @ConditionalOnMissingBean
    ConsulAgentApi corrosionConsulAgentApi(Corrosion corrosion, ForeignRegistry registry, Environment environment) {
        return new ConsulAgentApi(
                corrosion, registry, environment.getProperty("corrosion.discovery.namespace", "default"));
    }
}
