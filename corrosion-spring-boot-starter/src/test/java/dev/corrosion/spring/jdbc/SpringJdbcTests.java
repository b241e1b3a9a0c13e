package dev.corrosion.spring.jdbc;

import static dev.corrosion.spring.jdbc.NodeContext.titles;
import static dev.corrosion.spring.jdbc.NodeContext.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** JdbcClient, JdbcTemplate and Spring's transactions. */
class SpringJdbcTests {

    record Todo(String id, String title, boolean done) {}

    /** As an application would write it. */
    static class Todos {

        private final JdbcClient jdbc;

        Todos(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        @Transactional
        public void add(String... titles) {
            for (String title : titles) {
                jdbc.sql("INSERT INTO todos (id, title) VALUES (:id, :title)")
                        .param("id", "id of " + title)
                        .param("title", title)
                        .update();
            }
        }

        @Transactional(isolation = Isolation.READ_COMMITTED, timeout = 10)
        public void failAfter(String title) {
            add(title);
            throw new IllegalStateException("no");
        }

        @Transactional(readOnly = true)
        public List<Todo> all() {
            return jdbc.sql("SELECT * FROM todos ORDER BY title")
                    .query(Todo.class)
                    .list();
        }

        @Transactional(readOnly = true)
        public void writeAlthoughReadOnly() {
            add("never");
        }
    }

    @Test
    void transactionsBecomeVersionsOrNothing(@TempDir Path directory) {
        NodeContext.in(directory).withBean(Todos.class).run(context -> {
            Todos todos = context.getBean(Todos.class);
            JdbcClient jdbc = context.getBean(JdbcClient.class);
            long before = versions(context);

            todos.add("a", "b");
            assertThat(versions(context)).isEqualTo(before + 2);
            assertThatThrownBy(() -> todos.failAfter("c")).isInstanceOf(IllegalStateException.class);
            assertThat(todos.all()).containsExactly(new Todo("id of a", "a", false), new Todo("id of b", "b", false));
            assertThat(jdbc.sql("UPDATE todos SET done = ? WHERE title = ?")
                            .params(true, "a")
                            .update())
                    .isEqualTo(1);
            assertThat(jdbc.sql("DELETE FROM todos WHERE NOT done").update()).isEqualTo(1);
            assertThat(titles(context)).containsExactly("a");
            assertThat(versions(context)).isEqualTo(before + 5);
        });
    }

    @Test
    void readOnlyTransactionsDoNotWaitForTheWriterAndDoNotWrite(@TempDir Path directory) {
        NodeContext.in(directory).withBean(Todos.class).run(context -> {
            Todos todos = context.getBean(Todos.class);
            todos.add("a");
            NodeContext.whileAnotherWrites(
                    context, () -> assertThat(todos.all()).hasSize(1));
            assertThatThrownBy(todos::writeAlthoughReadOnly).hasMessageContaining("readOnly = true");
            assertThat(titles(context)).containsExactly("a");
        });
    }

    @Test
    void nestedTransactionsAreSavepoints(@TempDir Path directory) {
        NodeContext.in(directory).withBean(Todos.class).run(context -> {
            TransactionTemplate outer = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            TransactionTemplate nested = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
            Todos todos = context.getBean(Todos.class);

            outer.executeWithoutResult(status -> {
                todos.add("kept");
                nested.executeWithoutResult(inner -> {
                    todos.add("undone");
                    inner.setRollbackOnly();
                });
                nested.executeWithoutResult(inner -> todos.add("kept too"));
            });
            assertThat(titles(context)).containsExactly("kept", "kept too");
        });
    }

    @Test
    void failuresAreTranslated(@TempDir Path directory) {
        NodeContext.in(directory).withBean(Todos.class).run(context -> {
            Todos todos = context.getBean(Todos.class);
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            todos.add("a");
            assertThatThrownBy(() -> todos.add("a")).isInstanceOf(DuplicateKeyException.class);
            assertThatThrownBy(() -> jdbc.update("UPDATE todos SET title = NULL"))
                    .isInstanceOf(DataIntegrityViolationException.class)
                    .isNotInstanceOf(DuplicateKeyException.class);
            assertThatThrownBy(() -> jdbc.queryForList("SELECT * FROM nowhere"))
                    .isInstanceOf(BadSqlGrammarException.class);
            assertThatThrownBy(() -> jdbc.execute("CREATE TABLE mine (id)"))
                    .isInstanceOf(InvalidDataAccessApiUsageException.class)
                    .hasStackTraceContaining("schema files");
        });
    }

    @Test
    void batchesAreOneTransaction(@TempDir Path directory) {
        NodeContext.in(directory).run(context -> {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            long before = versions(context);
            jdbc.batchUpdate(
                    "INSERT INTO todos (id, title) VALUES (?, ?)",
                    List.of(new Object[] {"1", "a"}, new Object[] {"2", "b"}, new Object[] {"3", "c"}));
            assertThat(titles(context)).containsExactly("a", "b", "c");
            assertThat(versions(context)).isEqualTo(before + 2);
        });
    }
}
