package dev.corrosion.spring.autoconfigure;

import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.listener.CorrosionListenerPostProcessor;
import dev.corrosion.spring.listener.CorrosionListeners;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Calls methods with {@code @CorrosionListener}, unless {@code corrosion.listener.enabled=false}. */
@AutoConfiguration(after = CorrosionAutoConfiguration.class)
@ConditionalOnBean(CorrosionTemplate.class)
@ConditionalOnBooleanProperty(name = "corrosion.listener.enabled", matchIfMissing = true)
public final class CorrosionListenerAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    CorrosionListeners corrosionListeners(CorrosionTemplate template, CorrosionProperties properties) {
        CorrosionProperties.Listener listener = properties.listener();
        return new CorrosionListeners(template, listener.firstRetry(), listener.lastRetry());
    }

    @Bean
    @ConditionalOnMissingBean
    static CorrosionListenerPostProcessor corrosionListenerPostProcessor(ConfigurableListableBeanFactory beans) {
        return new CorrosionListenerPostProcessor(beans);
    }
}
