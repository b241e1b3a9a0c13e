package dev.corrosion.spring.jdbc;

import static dev.corrosion.spring.jdbc.NodeContext.titles;
import static dev.corrosion.spring.jdbc.NodeContext.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.session.SqlSessionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mybatis.spring.SqlSessionFactoryBean;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** MyBatis with Spring's transactions. */
class MyBatisTests {

    record Todo(String id, String title, boolean done) {}

    interface Todos {

        @Insert("INSERT INTO todos (id, title, done) VALUES (#{id}, #{title}, #{done})")
        void insert(Todo todo);

        @Select("SELECT id, title, done FROM todos ORDER BY title")
        List<Todo> all();

        @Update("UPDATE todos SET done = #{done} WHERE title = #{title}")
        int finish(String title, boolean done);

        @Delete("DELETE FROM todos WHERE done")
        int deleteDone();
    }

    @Configuration(proxyBeanMethods = false)
    static class Mappers {

        @Bean
        SqlSessionFactory sqlSessionFactory(DataSource dataSource) throws Exception {
            SqlSessionFactoryBean factory = new SqlSessionFactoryBean();
            factory.setDataSource(dataSource);
            return factory.getObject();
        }

        @Bean
        Todos todos(SqlSessionFactory factory) {
            factory.getConfiguration().addMapper(Todos.class);
            return new SqlSessionTemplate(factory).getMapper(Todos.class);
        }
    }

    @Test
    void mappersWork(@TempDir Path directory) {
        NodeContext.in(directory).withUserConfiguration(Mappers.class).run(context -> {
            Todos todos = context.getBean(Todos.class);
            TransactionTemplate transaction =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            long before = versions(context);

            transaction.executeWithoutResult(status -> {
                todos.insert(new Todo("1", "a", false));
                todos.insert(new Todo("2", "b", false));
            });
            assertThat(versions(context)).isEqualTo(before + 2);
            assertThat(todos.finish("a", true)).isEqualTo(1);
            assertThat(todos.all()).containsExactly(new Todo("1", "a", true), new Todo("2", "b", false));
            NodeContext.whileAnotherWrites(context, () -> {
                List<Todo> all = NodeContext.readOnly(context, todos::all);
                assertThat(all).hasSize(2);
            });

            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                        todos.deleteDone();
                        todos.insert(new Todo("2", "twice", false));
                    }))
                    .isInstanceOf(DuplicateKeyException.class);
            assertThat(titles(context)).containsExactly("a", "b");
            assertThat(todos.deleteDone()).isEqualTo(1);
            assertThat(titles(context)).containsExactly("b");
        });
    }
}
