package dev.corrosion.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.DataSourceOptions;
import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An application whose only {@link DataSource} is that of its node. */
final class NodeContext {

    /** Short enough that a read which waits for the writer fails its test. */
    private static final DataSourceOptions OPTIONS =
            DataSourceOptions.defaults().withWaitTimeout(Duration.ofSeconds(5));

    private NodeContext() {}

    @Configuration(proxyBeanMethods = false)
    static class DataSourceConfiguration {

        @Bean
        DataSource dataSource(Corrosion corrosion) {
            return corrosion.dataSource(OPTIONS);
        }
    }

    static ApplicationContextRunner in(Path directory, Class<?>... autoConfigurations) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CorrosionAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        JdbcClientAutoConfiguration.class))
                .withConfiguration(AutoConfigurations.of(autoConfigurations))
                .withUserConfiguration(DataSourceConfiguration.class)
                .withBean(CorrosionSchema.class, () -> new CorrosionSchema("todos", """
                        CREATE TABLE todos (
                            id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL DEFAULT '', done BOOLEAN NOT NULL DEFAULT 0
                        );
                        CREATE TABLE marker (id INTEGER NOT NULL PRIMARY KEY, n INTEGER);"""))
                .withPropertyValues(
                        "corrosion.node.data-directory=" + directory.resolve("data"), "corrosion.cluster.port=0");
    }

    /** What is committed, not by way of the framework. */
    static List<String> titles(ApplicationContext context) {
        return context.getBean(Corrosion.class).query(Statement.of("SELECT title FROM todos ORDER BY title")).stream()
                .map(row -> row.getString("title"))
                .toList();
    }

    /** How many versions the node has made: the next one tells, and is counted too. */
    static long versions(ApplicationContext context) {
        return context.getBean(Corrosion.class)
                .write(Statement.of(
                        "INSERT INTO marker (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1"))
                .version();
    }

    /** Runs something in a transaction that is read-only. */
    static <T> T readOnly(ApplicationContext context, Supplier<T> action) {
        TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        transaction.setReadOnly(true);
        return Objects.requireNonNull(transaction.execute(status -> action.get()));
    }

    /** Runs something while another connection has the writer. */
    static void whileAnotherWrites(ApplicationContext context, Runnable action) throws SQLException {
        try (Connection other = context.getBean(DataSource.class).getConnection()) {
            other.setAutoCommit(false);
            try (java.sql.Statement statement = other.createStatement()) {
                assertThat(statement.executeUpdate("UPDATE todos SET title = 'never'"))
                        .isPositive();
            }
            action.run();
            other.rollback();
        }
    }
}
