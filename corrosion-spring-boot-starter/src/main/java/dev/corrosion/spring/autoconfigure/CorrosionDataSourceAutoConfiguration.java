package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.CorrosionJdbc;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * The node's database for JDBC, as {@code corrosion.datasource.mode} has it: the DataSource of the application, in front of
 * which Spring Boot's own stands back; or beans beside those of another one, which Spring Boot does not see.
 */
@AutoConfiguration(
        after = CorrosionAutoConfiguration.class,
        beforeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBean(Corrosion.class)
public final class CorrosionDataSourceAutoConfiguration {

    private static final Logger log = LoggerFactory.getLogger(CorrosionDataSourceAutoConfiguration.class);

    private static final String MODE = "corrosion.datasource.mode";

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = MODE, havingValue = "primary")
    static class Primary {

        @Bean
        @ConditionalOnMissingBean(DataSource.class)
        DataSource dataSource(Corrosion corrosion, CorrosionProperties properties, Environment environment) {
            if (environment.containsProperty("spring.datasource.url")) {
                log.warn(
                        "spring.datasource.url is not used, because {}=primary; with another database beside the node's,"
                                + " set it to secondary",
                        MODE);
            }
            return corrosion.dataSource(properties.datasource().options());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = MODE, havingValue = "secondary")
    static class Secondary {

        @Bean
        @ConditionalOnMissingBean
        CorrosionJdbc corrosionJdbc(Corrosion corrosion, CorrosionProperties properties) {
            return new CorrosionJdbc(
                    corrosion.dataSource(properties.datasource().options()));
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(JdbcOperations.class)
        static class Jdbc {

            @Bean(defaultCandidate = false)
            @Qualifier("corrosion") @ConditionalOnMissingBean(name = "corrosionTransactionManager")
            JdbcTransactionManager corrosionTransactionManager(CorrosionJdbc jdbc) {
                return new JdbcTransactionManager(jdbc.dataSource());
            }

            @Bean(defaultCandidate = false)
            @Qualifier("corrosion") @ConditionalOnMissingBean(name = "corrosionJdbcTemplate")
            JdbcTemplate corrosionJdbcTemplate(CorrosionJdbc jdbc) {
                return new JdbcTemplate(jdbc.dataSource());
            }

            @Bean(defaultCandidate = false)
            @Qualifier("corrosion") @ConditionalOnMissingBean(name = "corrosionJdbcClient")
            JdbcClient corrosionJdbcClient(@Qualifier("corrosion") JdbcTemplate template) {
                return JdbcClient.create(template);
            }
        }
    }
}
