package dev.corrosion.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** The node of a context that is stopped and started, paused and resumed, and closed. */
@NullUnmarked
class RestartTests {

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void aNodeInADirectoryOfItsOwn() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CorrosionAutoConfiguration.class))
                .withBean(
                        CorrosionSchema.class,
                        () -> new CorrosionSchema("t", "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, v TEXT);"))
                .withPropertyValues("corrosion.node.data-directory=" + directory, "corrosion.cluster.port=0");
    }

    private static Statement insert(long id) {
        return Statement.of("INSERT INTO t VALUES (?, 'x')", id);
    }

    @Test
    void aStoppedNodeGivesUpItsFilesAndComesBackWithThem() {
        runner.run(context -> {
            Corrosion corrosion = context.getBean(Corrosion.class);
            DataSource dataSource = corrosion.dataSource();
            ActorId actor = corrosion.actorId();
            corrosion.write(insert(1));

            context.stop();

            assertThatExceptionOfType(CorrosionException.class)
                    .isThrownBy(() -> corrosion.write(insert(2)))
                    .withMessageContaining("closed");
            assertThatExceptionOfType(SQLException.class).isThrownBy(dataSource::getConnection);
            runner.run(other -> assertThat(other).hasNotFailed().hasSingleBean(Corrosion.class));

            context.start();

            assertThat(corrosion.actorId()).isEqualTo(actor);
            assertThat(corrosion.query(Statement.of("SELECT * FROM t"))).hasSize(1);
            try (Connection connection = dataSource.getConnection()) {
                assertThat(connection.createStatement().executeUpdate("INSERT INTO t VALUES (2, 'y')"))
                        .isEqualTo(1);
            }
        });
    }

    @Test
    void whatFollowsTheCurrentStateGoesOnWithTheNextNode() throws Exception {
        runner.run(context -> {
            Corrosion corrosion = context.getBean(Corrosion.class);
            BlockingQueue<List<Row>> results = new LinkedBlockingQueue<>();
            Disposable live = corrosion.live(Statement.of("SELECT id FROM t")).subscribe(results::add);
            assertThat(results.poll(5, TimeUnit.SECONDS)).isEmpty();

            context.stop();
            context.start();

            assertThat(results.poll(5, TimeUnit.SECONDS)).isEmpty();
            corrosion.write(insert(1));
            assertThat(results.poll(5, TimeUnit.SECONDS)).hasSize(1);
            live.dispose();
        });
    }

    @Test
    void aSubscriptionEndsWithItsNode() {
        runner.run(context -> {
            Corrosion corrosion = context.getBean(Corrosion.class);
            StepVerifier.create(corrosion.subscribe(Statement.of("SELECT id FROM t")))
                    .expectNextCount(2)
                    .then(context::stop)
                    .verifyComplete();
        });
    }

    @Test
    void aPausedContextIsResumed() {
        runner.run(context -> {
            context.getSourceApplicationContext(org.springframework.context.ConfigurableApplicationContext.class)
                    .pause();
            assertThat(context.getBean(RestartableCorrosion.class).isRunning()).isFalse();

            context.getSourceApplicationContext(org.springframework.context.ConfigurableApplicationContext.class)
                    .restart();

            context.getBean(Corrosion.class).write(insert(1));
        });
    }

    @Test
    void beansCanStillWriteWhenTheyAreDestroyed() {
        AtomicReference<Object> written = new AtomicReference<>();
        runner.withBean("result", AtomicReference.class, () -> written)
                .withUserConfiguration(WritesAtTheEnd.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(written.get()).isEqualTo(1L);
        runner.run(context -> assertThat(context.getBean(Corrosion.class).query(Statement.of("SELECT * FROM t")))
                .hasSize(1));
    }

    @Configuration(proxyBeanMethods = false)
    static class WritesAtTheEnd {

        @Bean
        AutoCloseable lastWords(Corrosion corrosion, AtomicReference<Object> result) {
            return () -> result.set(corrosion.write(insert(1)).rowsAffected());
        }
    }
}
