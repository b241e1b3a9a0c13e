package dev.corrosion.config;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Properties of configuration from the replicated table. They are needed before the table is read, so they cannot come from it.
 *
 * @param enabled Whether to declare the table and read imports from it.
 * @param name Names whose rows are read beside those for all applications; later ones override earlier ones. Default:
 *     spring.application.name.
 * @param refresh Whether to take changes while the application runs.
 * @param firstSyncTimeout How long a node without a local copy waits for a peer at its first start; 0 does not wait.
 */
@ConfigurationProperties("corrosion.config")
public record CorrosionConfigProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue List<String> name,
        @DefaultValue("true") boolean refresh,
        @DefaultValue("30s") Duration firstSyncTimeout) {

    /** @throws InvalidConfigurationPropertyValueException if the timeout is negative */
    public CorrosionConfigProperties {
        if (firstSyncTimeout.isNegative()) {
            throw new InvalidConfigurationPropertyValueException(
                    "corrosion.config.first-sync-timeout",
                    firstSyncTimeout,
                    "It must not be negative; 0 does not wait.");
        }
    }
}
