package dev.corrosion.config;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.autoconfigure.RefreshAutoConfiguration;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.annotation.Bean;

/** Declares the table, and follows its changes if something was imported from it. */
@AutoConfiguration(after = {CorrosionAutoConfiguration.class, RefreshAutoConfiguration.class})
@ConditionalOnBooleanProperty(name = "corrosion.config.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CorrosionConfigProperties.class)
public final class CorrosionConfigAutoConfiguration {

    /** Static and without dependencies: the node takes it when it opens. */
    @Bean
    static CorrosionSchema corrosionConfigSchema() {
        return ConfigTable.SCHEMA;
    }

    @Bean
    @ConditionalOnBean(ContextRefresher.class)
    @ConditionalOnBooleanProperty(name = "corrosion.config.refresh", matchIfMissing = true)
    ConfigRefresher corrosionConfigRefresher(
            Corrosion corrosion, ContextRefresher refresher, ObjectProvider<LoadedConfig> loaded) {
        return new ConfigRefresher(corrosion, refresher, loaded.getIfAvailable(LoadedConfig::new));
    }
}
