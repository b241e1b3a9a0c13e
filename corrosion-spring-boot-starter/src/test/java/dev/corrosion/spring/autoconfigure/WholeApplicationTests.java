package dev.corrosion.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.spring.Change;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.listener.CorrosionListener;
import jakarta.annotation.PreDestroy;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Applications as Spring Boot starts them, with everything that is on the class path. */
@NullUnmarked
class WholeApplicationTests {

    @TempDir
    Path directory;

    @Entity(name = "notes")
    static class Note {
        @Id
        String id;

        String text;
    }

    static class Listener {

        final Queue<String> heard = new ConcurrentLinkedQueue<>();
        private final Corrosion corrosion;

        Listener(Corrosion corrosion) {
            this.corrosion = corrosion;
        }

        @CorrosionListener("SELECT id FROM notes")
        void onChange(Change<String> change) {
            heard.add(change.value());
        }

        @PreDestroy
        void goodbye() {
            corrosion.write(Statement.of("INSERT INTO notes VALUES ('bye', '')"));
        }
    }

    /** Without Spring Data JDBC, which needs a dialect from the application. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(exclude = DataJdbcRepositoriesAutoConfiguration.class)
    @EntityScan(basePackageClasses = WholeApplicationTests.class)
    static class Application {

        @Bean
        CorrosionSchema schema() {
            return new CorrosionSchema("notes", "CREATE TABLE notes (id VARCHAR NOT NULL PRIMARY KEY, text VARCHAR);");
        }

        @Bean
        Listener listener(Corrosion corrosion) {
            return new Listener(corrosion);
        }
    }

    private ConfigurableApplicationContext run(WebApplicationType type, String... properties) {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "corrosion.node.data-directory=" + directory,
                                "corrosion.cluster.port=0",
                                "server.port=0"),
                        Stream.of(properties))
                .map(property -> "--" + property)
                .toArray(String[]::new);
        return new SpringApplicationBuilder(Application.class).web(type).run(arguments);
    }

    @Test
    void withServletsAndTheNodeAsItsDatabase() {
        try (ConfigurableApplicationContext context =
                run(WebApplicationType.SERVLET, "corrosion.datasource.mode=primary")) {
            assertThat(context.getBeansOfType(DataSource.class)).hasSize(1);
            context.getBean(EntityManagerFactory.class).runInTransaction(entities -> {
                Note note = new Note();
                note.id = "jpa";
                entities.persist(note);
            });

            await().until(() -> context.getBean(Listener.class).heard.contains("jpa"));
        }
        try (ConfigurableApplicationContext context =
                run(WebApplicationType.NONE, "corrosion.datasource.mode=primary")) {
            assertThat(context.getBean(CorrosionTemplate.class)
                            .query(String.class, "SELECT id FROM notes ORDER BY id")
                            .collectList()
                            .block())
                    .containsExactly("bye", "jpa");
        }
    }

    @Test
    void reactiveAndWithAnotherDatabase() {
        try (ConfigurableApplicationContext context = run(
                WebApplicationType.REACTIVE,
                "corrosion.datasource.mode=secondary",
                "spring.datasource.url=jdbc:h2:mem:whole",
                "spring.jpa.hibernate.ddl-auto=create")) {
            JdbcClient node = BeanFactoryAnnotationUtils.qualifiedBeanOfType(
                    context.getBeanFactory(), JdbcClient.class, "corrosion");
            node.sql("INSERT INTO notes VALUES ('jdbc', '')").update();

            await().until(() -> context.getBean(Listener.class).heard.contains("jdbc"));
            assertThat(context.getBean(JdbcClient.class)
                            .sql("SELECT count(*) FROM notes")
                            .query(Integer.class)
                            .single())
                    .isZero();
        }
    }
}
