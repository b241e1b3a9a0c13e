package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.actuate.CorrosionEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The actuator endpoint, where it is exposed. */
@AutoConfiguration(after = CorrosionAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(CorrosionEndpoint.class)
@ConditionalOnBean(Corrosion.class)
public final class CorrosionEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    CorrosionEndpoint corrosionEndpoint(Corrosion corrosion) {
        return new CorrosionEndpoint(corrosion);
    }
}
