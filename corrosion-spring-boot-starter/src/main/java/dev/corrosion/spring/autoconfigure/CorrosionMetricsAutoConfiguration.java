package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.actuate.CorrosionMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The meters; Spring Boot binds them to whatever registries there are. */
@AutoConfiguration(after = CorrosionAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(Corrosion.class)
public final class CorrosionMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    CorrosionMetrics corrosionMetrics(Corrosion corrosion) {
        return new CorrosionMetrics(corrosion);
    }
}
