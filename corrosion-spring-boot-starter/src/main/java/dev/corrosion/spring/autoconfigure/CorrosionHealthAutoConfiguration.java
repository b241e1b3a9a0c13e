package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.actuate.CorrosionHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health indicator, unless {@code management.health.corrosion.enabled=false}. */
@AutoConfiguration(after = CorrosionAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Corrosion.class)
@ConditionalOnEnabledHealthIndicator("corrosion")
public final class CorrosionHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = {"corrosionHealthIndicator", "corrosionHealthContributor"})
    CorrosionHealthIndicator corrosionHealthIndicator(Corrosion corrosion) {
        return new CorrosionHealthIndicator(corrosion);
    }
}
