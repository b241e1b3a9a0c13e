package dev.corrosion.spring.jdbc;

import static dev.corrosion.spring.jdbc.NodeContext.titles;
import static dev.corrosion.spring.jdbc.NodeContext.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.nio.file.Path;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** jOOQ, as Boot sets it up. */
class JooqTests {

    private static final Table<Record> TASKS = table(name("todos"));
    private static final Field<String> ID = field(name("id"), String.class);
    private static final Field<String> TITLE = field(name("title"), String.class);
    private static final Field<Boolean> DONE = field(name("done"), Boolean.class);

    @Test
    void statementsTransactionsAndReturningWork(@TempDir Path directory) {
        NodeContext.in(directory, JooqAutoConfiguration.class).run(context -> {
            DSLContext jooq = context.getBean(DSLContext.class);
            assertThat(jooq.dialect()).isEqualTo(SQLDialect.SQLITE);
            TransactionTemplate transaction =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            long before = versions(context);

            transaction.executeWithoutResult(status -> {
                insert(jooq, "1", "a");
                insert(jooq, "2", "b");
            });
            assertThat(versions(context)).isEqualTo(before + 2);
            assertThat(jooq.update(TASKS)
                            .set(DONE, true)
                            .where(TITLE.eq("a"))
                            .returning(ID)
                            .fetchOne(ID))
                    .isEqualTo("1");
            assertThat(versions(context)).isEqualTo(before + 4);
            NodeContext.whileAnotherWrites(context, () -> {
                List<String> done = NodeContext.readOnly(
                        context,
                        () -> jooq.select(TITLE).from(TASKS).where(DONE).fetch(TITLE));
                assertThat(done).containsExactly("a");
            });

            assertThatThrownBy(() -> insert(jooq, "1", "twice")).isInstanceOf(DuplicateKeyException.class);
            assertThatThrownBy(() -> jooq.transaction(nested -> {
                        nested.dsl().deleteFrom(TASKS).execute();
                        throw new IllegalStateException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(titles(context)).containsExactly("a", "b");
            assertThat(jooq.deleteFrom(TASKS).where(DONE).execute()).isEqualTo(1);
            assertThat(titles(context)).containsExactly("b");
        });
    }

    private static void insert(DSLContext jooq, String id, String title) {
        jooq.insertInto(TASKS, ID, TITLE).values(id, title).execute();
    }
}
