package dev.corrosion.discovery.loadbalancer;

import dev.corrosion.discovery.CorrosionDiscovery;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplierBuilder;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * For the context of each load-balanced client: instances straight from the catalogue, without a cache. What {@code
 * spring.cloud.loadbalancer.configurations} asks for is put on top, where it does not need more than the instances; health
 * checks and API versions are left to Spring Cloud's own configuration. A supplier of the client's own comes first.
 */
public class DirectLoadBalancerConfiguration {

    private static final String CLIENT = "spring.cloud.loadbalancer.clients.%s.configurations";
    private static final String ALL = "spring.cloud.loadbalancer.configurations";

    private static final Map<String, UnaryOperator<ServiceInstanceListSupplierBuilder>> LAYERS = Map.of(
            "default", builder -> builder,
            "zone-preference", ServiceInstanceListSupplierBuilder::withZonePreference,
            "weighted", ServiceInstanceListSupplierBuilder::withWeighted,
            "subset", ServiceInstanceListSupplierBuilder::withSubset,
            "same-instance-preference", ServiceInstanceListSupplierBuilder::withSameInstancePreference,
            "request-based-sticky-session", ServiceInstanceListSupplierBuilder::withRequestBasedStickySession);

    @Bean
    @ConditionalOnMissingBean
    @Conditional(OnKnownLayer.class)
    ServiceInstanceListSupplier corrosionServiceInstanceListSupplier(
            ConfigurableApplicationContext context, CorrosionDiscovery discovery) {
        Environment environment = context.getEnvironment();
        String serviceId = String.valueOf(LoadBalancerClientFactory.getName(environment));
        ServiceInstanceListSupplierBuilder builder =
                ServiceInstanceListSupplier.builder().withBase(new SnapshotInstanceListSupplier(discovery, serviceId));
        UnaryOperator<ServiceInstanceListSupplierBuilder> layer = layer(environment);
        return (layer == null ? builder : layer.apply(builder)).build(context);
    }

    private static @Nullable UnaryOperator<ServiceInstanceListSupplierBuilder> layer(Environment environment) {
        String client = String.valueOf(LoadBalancerClientFactory.getName(environment));
        return LAYERS.get(environment.getProperty(CLIENT.formatted(client), environment.getProperty(ALL, "default")));
    }

    static final class OnKnownLayer implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return layer(context.getEnvironment()) != null;
        }
    }
}
