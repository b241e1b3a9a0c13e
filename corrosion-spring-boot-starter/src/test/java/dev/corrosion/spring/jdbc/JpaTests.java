package dev.corrosion.spring.jdbc;

import static dev.corrosion.spring.jdbc.NodeContext.titles;
import static dev.corrosion.spring.jdbc.NodeContext.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.spring.CorrosionSchema;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.transaction.annotation.Transactional;

/** JPA by Hibernate, with the SQLite dialect of its community. */
class JpaTests {

    @Entity(name = "Todo")
    @Table(name = "todos")
    static class Todo {

        @Id
        String id;

        @Column(nullable = false)
        String title;

        boolean done;

        Todo() {}

        Todo(String id, String title) {
            this.id = id;
            this.title = title;
        }
    }

    enum Colour {
        RED
    }

    /** Values of many kinds; see docs/jdbc.md for what they are in SQLite. */
    @Entity(name = "Sample")
    @Table(name = "samples")
    static class Sample {

        @Id
        UUID id;

        @Version
        Long version;

        Instant instant;
        LocalDate day;
        LocalDateTime time;
        BigDecimal price;
        Double ratio;
        byte[] bytes;

        @Lob
        String text;

        @Enumerated(EnumType.STRING)
        Colour colour;
    }

    interface Samples extends JpaRepository<Sample, UUID> {}

    interface Todos extends JpaRepository<Todo, String> {

        List<Todo> findByDoneOrderByTitle(boolean done);

        @Modifying
        @Query("update Todo t set t.done = true where t.title = :title")
        int finish(String title);
    }

    static class Service {

        private final Todos todos;

        Service(Todos todos) {
            this.todos = todos;
        }

        @Transactional
        public void add(String... titles) {
            for (String title : titles) {
                todos.save(new Todo("id of " + title, title));
            }
        }

        @Transactional
        public void rename(String from, String to) {
            todos.findById("id of " + from).orElseThrow().title = to;
        }

        @Transactional
        public void failAfter(String title) {
            add(title);
            todos.flush();
            throw new IllegalStateException("no");
        }

        @Transactional
        public int finish(String title) {
            return todos.finish(title);
        }

        @Transactional(readOnly = true)
        public List<String> open() {
            return todos.findByDoneOrderByTitle(false).stream()
                    .map(todo -> todo.title)
                    .toList();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EntityScan(basePackageClasses = JpaTests.class)
    @EnableJpaRepositories(considerNestedRepositories = true, basePackageClasses = JpaTests.class)
    static class Repositories {}

    private static ApplicationContextRunner in(Path directory) {
        return NodeContext.in(
                        directory, HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class)
                .withUserConfiguration(Repositories.class)
                .withBean(Service.class)
                .withBean("samples", CorrosionSchema.class, () -> new CorrosionSchema("samples", """
                                CREATE TABLE samples (
                                    id BLOB NOT NULL PRIMARY KEY, version BIGINT, instant TIMESTAMP, day DATE,
                                    time TIMESTAMP, price NUMERIC, ratio REAL, bytes BLOB, text CLOB, colour TEXT
                                );"""))
                .withPropertyValues("spring.jpa.hibernate.ddl-auto=validate");
    }

    @Test
    void entitiesAreReplicatedRows(@TempDir Path directory) {
        in(directory).run(context -> {
            Service service = context.getBean(Service.class);
            Todos todos = context.getBean(Todos.class);
            long before = versions(context);

            service.add("a", "b", "c");
            assertThat(versions(context)).isEqualTo(before + 2);
            service.rename("a", "A");
            assertThat(service.finish("b")).isEqualTo(1);
            assertThatThrownBy(() -> service.failAfter("d")).isInstanceOf(IllegalStateException.class);
            assertThat(service.open()).containsExactly("A", "c");
            assertThat(todos.findAll(PageRequest.of(1, 2, Sort.by("title"))))
                    .extracting(todo -> todo.title)
                    .containsExactly("c");
            todos.deleteById("id of b");
            assertThat(titles(context)).containsExactly("A", "c");
        });
    }

    @Test
    void aReadOnlyTransactionDoesNotWaitForTheWriter(@TempDir Path directory) {
        in(directory).run(context -> {
            Service service = context.getBean(Service.class);
            service.add("a");
            NodeContext.whileAnotherWrites(
                    context, () -> assertThat(service.open()).containsExactly("a"));
        });
    }

    @Test
    void valuesComeBackAsTheyWere(@TempDir Path directory) {
        in(directory).run(context -> {
            Samples samples = context.getBean(Samples.class);
            Sample sample = new Sample();
            sample.id = UUID.randomUUID();
            sample.instant = Instant.parse("2026-01-02T03:04:05.678Z");
            sample.day = LocalDate.of(2026, 1, 2);
            sample.time = LocalDateTime.of(2026, 1, 2, 3, 4, 5, 678_000_000);
            sample.price = new BigDecimal("12.5");
            sample.ratio = 0.25;
            sample.bytes = new byte[] {0, -1};
            sample.text = "gr\u00fc\u00df";
            sample.colour = Colour.RED;
            samples.save(sample);

            Sample found = samples.findById(sample.id).orElseThrow();
            assertThat(found)
                    .usingRecursiveComparison()
                    .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
                    .ignoringFields("version")
                    .isEqualTo(sample);
            found.text = null;
            samples.save(found);
            assertThat(samples.findAll()).singleElement().satisfies(updated -> {
                assertThat(updated.text).isNull();
                assertThat(updated.version).isEqualTo(1);
            });
        });
    }

    @Test
    void violationsAreTranslated(@TempDir Path directory) {
        in(directory).run(context -> {
            Todos todos = context.getBean(Todos.class);
            assertThatThrownBy(() -> todos.saveAndFlush(new Todo("1", null)))
                    .isInstanceOf(DataIntegrityViolationException.class);
            assertThat(titles(context)).isEmpty();
        });
    }
}
