package dev.corrosion.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Statement;
import dev.corrosion.spring.Change;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import dev.corrosion.spring.autoconfigure.CorrosionListenerAutoConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Scope;

/** Listeners of an application, on a real node. */
@NullUnmarked
class CorrosionListenerTests {

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    record Todo(String id, String title, int rank) {}

    static class Listeners {

        final BlockingQueue<Change<Todo>> changes = new LinkedBlockingQueue<>();
        final BlockingQueue<List<String>> results = new LinkedBlockingQueue<>();
        final AtomicInteger atOnce = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();

        @CorrosionListener("SELECT id, title, rank FROM todos")
        void onChange(Change<Todo> change) {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            changes.add(change);
            atOnce.decrementAndGet();
        }

        @CorrosionListener(
                value = "SELECT title FROM todos WHERE rank + 0 < ? AND title <> ? ORDER BY ${app.order}",
                parameters = {"#{5 + 5}", "${app.hidden}"})
        void onResult(List<String> titles) {
            results.add(titles);
        }
    }

    @BeforeEach
    void aNodeInADirectoryOfItsOwn() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PropertyPlaceholderAutoConfiguration.class,
                        CorrosionAutoConfiguration.class,
                        CorrosionListenerAutoConfiguration.class))
                .withBean(CorrosionSchema.class, () -> new CorrosionSchema("todos", """
                        CREATE TABLE todos (id TEXT NOT NULL PRIMARY KEY, title TEXT, rank INTEGER NOT NULL DEFAULT 0);"""))
                .withPropertyValues(
                        "app.order=title DESC",
                        "app.hidden=secret",
                        "corrosion.node.data-directory=" + directory,
                        "corrosion.cluster.port=0");
    }

    private static Statement insert(String id, String title, int rank) {
        return Statement.of("INSERT INTO todos VALUES (?, ?, ?)", id, title, rank);
    }

    @Test
    void hearsOfTheRowsThatAreThereAndOfEachChange() {
        runner.withBean(Listeners.class).run(context -> {
            Listeners listeners = context.getBean(Listeners.class);
            CorrosionTemplate template = context.getBean(CorrosionTemplate.class);
            assertThat(listeners.results.poll(5, TimeUnit.SECONDS)).isEmpty();

            template.execute(insert("1", "a", 1), insert("2", "b", 2), insert("3", "c", 10), insert("4", "secret", 1))
                    .block();

            assertThat(listeners.results.poll(5, TimeUnit.SECONDS)).containsExactly("b", "a");
            await().until(() -> listeners.changes.size() == 4);
            assertThat(listeners.changes)
                    .extracting(change -> change.value().id())
                    .containsExactlyInAnyOrder("1", "2", "3", "4");

            context.stop();
            listeners.changes.clear();
            context.start();

            await().until(() -> listeners.changes.size() == 4);
            template.execute("DELETE FROM todos WHERE id = '1'").block();
            await().until(() -> listeners.changes.size() == 5);
            assertThat(listeners.changes)
                    .last()
                    .isEqualTo(new Change<>(dev.corrosion.SubscriptionEvent.Type.DELETE, new Todo("1", "a", 1), null));
            assertThat(listeners.mostAtOnce).hasValue(1);
        });
    }

    static class BadSql {
        @CorrosionListener("SELECT missing FROM todos")
        void onChange(Change<Todo> change) {}
    }

    static class MissingColumn {
        @CorrosionListener("SELECT id FROM todos")
        void onChange(Change<Todo> change) {}
    }

    static class WrongParameter {
        @CorrosionListener("SELECT id FROM todos")
        void onChange(Todo todo) {}
    }

    static class MissingPlaceholder {
        @CorrosionListener(value = "SELECT id FROM todos WHERE id = ?", parameters = "${not.there}")
        void onChange(List<String> ids) {}
    }

    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    static class Many {
        @CorrosionListener("SELECT id FROM todos")
        void onChange(List<String> ids) {}
    }

    private void failsAndNamesTheMethod(Class<?> listener, String reason) {
        runner.withBean(listener).run(context -> assertThat(context)
                .getFailure()
                .hasStackTraceContaining("InvalidListenerException")
                .hasStackTraceContaining(listener.getName() + ".onChange(")
                .hasStackTraceContaining(reason));
    }

    @Test
    void failsTheStartIfItCanNeverBeCalled() {
        failsAndNamesTheMethod(BadSql.class, "no such column: missing");
        failsAndNamesTheMethod(MissingColumn.class, "no column for title of Todo");
        failsAndNamesTheMethod(WrongParameter.class, "Change<T>");
        failsAndNamesTheMethod(MissingPlaceholder.class, "not.there");
    }

    @Test
    void refusesBeansThatAreNotSingletons() {
        runner.withUserConfiguration(Many.class).run(context -> assertThat(
                        org.assertj.core.api.Assertions.catchThrowable(() -> context.getBean(Many.class)))
                .hasStackTraceContaining("not a singleton"));
    }

    @Test
    void canBeSwitchedOff() {
        runner.withBean(BadSql.class)
                .withPropertyValues("corrosion.listener.enabled=false")
                .run(context -> assertThat(context).hasNotFailed());
    }
}
