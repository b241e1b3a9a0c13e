package dev.corrosion.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionJdbc;
import dev.corrosion.spring.CorrosionSchema;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

/** {@code corrosion.datasource.mode} beside what Spring Boot does about DataSources. */
@NullUnmarked
@ExtendWith(OutputCaptureExtension.class)
class DataSourceModeTests {

    private static final String H2 = "spring.datasource.url=jdbc:h2:mem:mode;DB_CLOSE_DELAY=-1";

    @TempDir
    Path directory;

    /** Applications without a web server, with servlets, and reactive ones. */
    static Stream<AbstractApplicationContextRunner<?, ?, ?>> applications() {
        return Stream.of(
                new ApplicationContextRunner(),
                new WebApplicationContextRunner()
                        .withConfiguration(AutoConfigurations.of(
                                DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class)),
                new ReactiveWebApplicationContextRunner()
                        .withConfiguration(AutoConfigurations.of(WebFluxAutoConfiguration.class)));
    }

    private ApplicationContextRunner plain() {
        return with(new ApplicationContextRunner());
    }

    private <R extends AbstractApplicationContextRunner<R, ?, ?>> R with(R runner) {
        return runner.withConfiguration(AutoConfigurations.of(
                        CorrosionAutoConfiguration.class,
                        CorrosionDataSourceAutoConfiguration.class,
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        JdbcClientAutoConfiguration.class,
                        DataSourceHealthContributorAutoConfiguration.class))
                .withBean(CorrosionSchema.class, DataSourceModeTests::schema)
                .withPropertyValues("corrosion.node.data-directory=" + directory, "corrosion.cluster.port=0");
    }

    private static CorrosionSchema schema() {
        return new CorrosionSchema("t", "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY);");
    }

    private static int rowsOfNode(ApplicationContext context) {
        return context.getBean(Corrosion.class)
                .query(Statement.of("SELECT * FROM t"))
                .size();
    }

    @ParameterizedTest
    @MethodSource("applications")
    <R extends AbstractApplicationContextRunner<R, ?, ?>> void byDefaultTheApplicationsOwnIsTheOnlyOne(R application) {
        with(application).withPropertyValues(H2).run(context -> {
            ApplicationContext started = (ApplicationContext) context;
            assertThat(started.getBeansOfType(DataSource.class)).containsOnlyKeys("dataSource");
            assertThat(started.getBeansOfType(JdbcClient.class)).hasSize(1);
            assertThat(started.getBeansOfType(CorrosionJdbc.class)).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("applications")
    <R extends AbstractApplicationContextRunner<R, ?, ?>> void asPrimaryItIsWhatEverythingUses(R application) {
        with(application)
                .withPropertyValues("corrosion.datasource.mode=primary")
                .run(context -> {
                    ApplicationContext started = (ApplicationContext) context;
                    assertThat(started.getBeansOfType(DataSource.class)).hasSize(1);

                    started.getBean(JdbcClient.class)
                            .sql("INSERT INTO t VALUES (1)")
                            .update();

                    assertThat(rowsOfNode(started)).isEqualTo(1);
                    assertThat(started.getBean(HealthIndicator.class)
                                    .health()
                                    .getStatus()
                                    .getCode())
                            .isEqualTo("UP");
                });
    }

    @ParameterizedTest
    @MethodSource("applications")
    <R extends AbstractApplicationContextRunner<R, ?, ?>> void asSecondaryItIsThereForWhoAsks(R application) {
        with(application)
                .withUserConfiguration(Both.class)
                .withPropertyValues(H2, "corrosion.datasource.mode=secondary")
                .run(context -> {
                    ApplicationContext started = (ApplicationContext) context;
                    Service service = started.getBean(Service.class);

                    service.add(1);

                    assertThat(rowsOfNode(started)).isEqualTo(1);
                    assertThat(service.nameOfDefault()).startsWith("2");
                });
    }

    @Test
    void asSecondaryItLeavesWhatIsThereAsItIs() {
        plain().withPropertyValues(H2, "corrosion.datasource.mode=secondary").run(context -> {
            assertThat(context.getBeansOfType(DataSource.class)).containsOnlyKeys("dataSource");
            assertThat(context.getBean(JdbcTemplate.class)).isSameAs(context.getBean("jdbcTemplate"));
            assertThat(context.getBean(PlatformTransactionManager.class))
                    .isSameAs(context.getBean("transactionManager"));
            // One indicator, not a composite of two.
            assertThat(context.getBean("dbHealthContributor", HealthContributor.class))
                    .isInstanceOf(HealthIndicator.class);
        });
    }

    @Test
    void asSecondaryItsTransactionsAreAskedForByName() {
        plain().withUserConfiguration(Both.class)
                .withPropertyValues(H2, "corrosion.datasource.mode=secondary")
                .run(context -> {
                    assertThatExceptionOfType(IllegalStateException.class)
                            .isThrownBy(() -> context.getBean(Service.class).addAndFail(1));

                    assertThat(rowsOfNode(context)).isZero();
                });
    }

    @Test
    void aDataSourceOfTheApplicationComesBeforeAPrimaryOne() {
        plain().withBean("own", DataSource.class, DataSourceModeTests::h2)
                .withPropertyValues("corrosion.datasource.mode=primary")
                .run(context -> assertThat(context.getBean(DataSource.class)).isSameAs(context.getBean("own")));
    }

    @Test
    void saysThatAUrlIsNotUsed(CapturedOutput output) {
        plain().withPropertyValues(H2, "corrosion.datasource.mode=primary")
                .run(context -> assertThat(context).hasSingleBean(DataSource.class));

        assertThat(output.getOut()).contains("spring.datasource.url is not used");
    }

    @Test
    void needsNothingOfSpringJdbcForItsOwnBean() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CorrosionAutoConfiguration.class, CorrosionDataSourceAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.springframework.jdbc"))
                .withPropertyValues(
                        "corrosion.node.data-directory=" + directory,
                        "corrosion.cluster.port=0",
                        "corrosion.datasource.mode=secondary")
                .run(context -> {
                    assertThat(context.getBean(CorrosionJdbc.class).dataSource())
                            .isNotNull();
                    assertThatExceptionOfType(NoSuchBeanDefinitionException.class)
                            .isThrownBy(() -> context.getBean(DataSource.class));
                });
    }

    private static DataSource h2() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:own");
        return dataSource;
    }

    @Configuration(proxyBeanMethods = false)
    static class Both {
        @Bean
        Service service(JdbcOperations defaults, @Qualifier("corrosion") JdbcClient node) {
            return new Service(defaults, node);
        }
    }

    static class Service {

        private final JdbcOperations defaults;
        private final JdbcClient node;

        Service(JdbcOperations defaults, JdbcClient node) {
            this.defaults = defaults;
            this.node = node;
        }

        void add(int id) {
            node.sql("INSERT INTO t VALUES (?)").param(id).update();
        }

        @Transactional("corrosion")
        public void addAndFail(int id) {
            add(id);
            throw new IllegalStateException("so that it is rolled back");
        }

        String nameOfDefault() {
            return Objects.requireNonNull(defaults.queryForObject("SELECT H2VERSION()", String.class));
        }
    }
}
