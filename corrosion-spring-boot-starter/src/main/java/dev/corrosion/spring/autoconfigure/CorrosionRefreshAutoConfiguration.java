package dev.corrosion.spring.autoconfigure;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Where there is Spring Cloud: its refresh leaves the properties of Corrosion alone. They are records, which cannot be set anew,
 * and it would say so, for each of them and at each refresh, with a warning and a stack trace.
 */
@AutoConfiguration
@ConditionalOnClass(name = "org.springframework.cloud.context.properties.ConfigurationPropertiesRebinder")
public final class CorrosionRefreshAutoConfiguration {

    private static final String PROPERTY = "spring.cloud.refresh.never-refreshable";

    /** What Spring Cloud takes if nobody sets it. */
    private static final String DEFAULT = "com.zaxxer.hikari.HikariDataSource";

    @Bean
    static SmartInitializingSingleton corrosionPropertiesStay(
            ConfigurableListableBeanFactory beans, ConfigurableEnvironment environment) {
        return () -> {
            String others = environment.getProperty(PROPERTY, DEFAULT);
            String all = Stream.concat(Stream.of(others), ownProperties(beans)).collect(Collectors.joining(","));
            environment
                    .getPropertySources()
                    .addFirst(new MapPropertySource("corrosionNeverRefreshable", Map.of(PROPERTY, all)));
        };
    }

    private static Stream<String> ownProperties(ConfigurableListableBeanFactory beans) {
        return Arrays.stream(beans.getBeanDefinitionNames())
                .map(name -> beans.getType(name, false))
                .filter(type -> type != null
                        && type.isRecord()
                        && type.getName().startsWith("dev.corrosion.")
                        && AnnotatedElementUtils.hasAnnotation(type, ConfigurationProperties.class))
                .map(Class::getName);
    }
}
