package dev.corrosion.spring.jdbc;

import static dev.corrosion.spring.jdbc.NodeContext.titles;
import static dev.corrosion.spring.jdbc.NodeContext.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.annotation.Id;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.core.dialect.JdbcArrayColumns;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.relational.core.dialect.AnsiDialect;
import org.springframework.data.relational.core.dialect.LimitClause;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.mapping.event.BeforeConvertCallback;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.data.repository.PagingAndSortingRepository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring Data JDBC, which needs to be told what SQLite is like. */
class SpringDataJdbcTests {

    @Table("todos")
    record Todo(@Id String id, String title, boolean done) {}

    interface Todos extends ListCrudRepository<Todo, String>, PagingAndSortingRepository<Todo, String> {

        Optional<Todo> findByTitle(String title);

        List<Todo> findTop2ByDoneOrderByTitle(boolean done);
    }

    /** SQLite has no type for it: 0 and 1. */
    @ReadingConverter
    enum NumberToBoolean implements Converter<Number, Boolean> {
        INSTANCE;

        @Override
        public Boolean convert(Number number) {
            return number.intValue() != 0;
        }
    }

    /** The dialect of docs/jdbc.md. */
    static class SqliteDialect extends AnsiDialect implements JdbcDialect {

        @Override
        public JdbcArrayColumns getArraySupport() {
            return JdbcArrayColumns.Unsupported.INSTANCE;
        }

        @Override
        public Collection<Object> getConverters() {
            return List.of(NumberToBoolean.INSTANCE);
        }

        @Override
        public LimitClause limit() {
            return new LimitClause() {
                @Override
                public String getLimit(long limit) {
                    return "LIMIT " + limit;
                }

                @Override
                public String getOffset(long offset) {
                    return "LIMIT -1 OFFSET " + offset;
                }

                @Override
                public String getLimitOffset(long limit, long offset) {
                    return "LIMIT " + limit + " OFFSET " + offset;
                }

                @Override
                public Position getClausePosition() {
                    return Position.AFTER_ORDER_BY;
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableJdbcRepositories(considerNestedRepositories = true, basePackageClasses = SpringDataJdbcTests.class)
    static class Repositories {

        @Bean
        JdbcDialect jdbcDialect() {
            return new SqliteDialect();
        }

        /** An id of its own makes a row unique in the cluster; a new one has none yet. */
        @Bean
        BeforeConvertCallback<Todo> newId() {
            return todo -> todo.id() != null ? todo : new Todo(UUID.randomUUID().toString(), todo.title(), todo.done());
        }
    }

    @Test
    void repositoriesWork(@TempDir Path directory) {
        NodeContext.in(directory, DataJdbcRepositoriesAutoConfiguration.class)
                .withUserConfiguration(Repositories.class)
                .run(context -> {
                    Todos todos = context.getBean(Todos.class);
                    long before = versions(context);

                    Todo saved = todos.save(new Todo(null, "a", false));
                    assertThat(saved.id()).isNotNull();
                    assertThat(versions(context)).isEqualTo(before + 2);
                    todos.saveAll(List.of(new Todo(null, "b", false), new Todo(null, "c", false)));
                    assertThat(versions(context)).isEqualTo(before + 4);

                    todos.save(new Todo(saved.id(), "a", true));
                    assertThat(todos.findByTitle("a")).contains(new Todo(saved.id(), "a", true));
                    assertThat(todos.findTop2ByDoneOrderByTitle(false))
                            .extracting(Todo::title)
                            .containsExactly("b", "c");
                    assertThat(todos.findAll(PageRequest.of(1, 2, Sort.by("title"))))
                            .extracting(Todo::title)
                            .containsExactly("c");
                    NodeContext.whileAnotherWrites(
                            context, () -> assertThat(todos.findAll()).hasSize(3));

                    todos.deleteById(saved.id());
                    assertThat(titles(context)).containsExactly("b", "c");

                    TransactionTemplate transaction =
                            new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
                    assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                                todos.deleteAll();
                                throw new IllegalStateException("no");
                            }))
                            .isInstanceOf(IllegalStateException.class);
                    assertThat(titles(context)).containsExactly("b", "c");
                });
    }
}
