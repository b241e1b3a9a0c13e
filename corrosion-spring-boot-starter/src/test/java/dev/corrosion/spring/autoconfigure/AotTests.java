package dev.corrosion.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.spring.Change;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.listener.CorrosionListener;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

/** An application whose context was generated ahead of time, and what a native image is told. */
@NullUnmarked
class AotTests {

    @TempDir
    Path directory;

    public record Todo(String id, String title) {}

    public static class Listener {

        final BlockingQueue<Change<Todo>> changes = new LinkedBlockingQueue<>();

        @CorrosionListener("SELECT id, title FROM todos")
        void onChange(Change<Todo> change) {
            changes.add(change);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        CorrosionAutoConfiguration.class,
        CorrosionDataSourceAutoConfiguration.class,
        CorrosionListenerAutoConfiguration.class
    })
    static class Application {

        @Bean
        CorrosionSchema schema() {
            return new CorrosionSchema("todos", "CREATE TABLE todos (id TEXT NOT NULL PRIMARY KEY, title TEXT);");
        }

        @Bean
        Listener listener() {
            return new Listener();
        }
    }

    private void configure(ConfigurableEnvironment environment) {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test",
                        Map.of(
                                "corrosion.node.data-directory", directory.toString(),
                                "corrosion.cluster.port", "0",
                                "corrosion.datasource.mode", "secondary",
                                "corrosion.readiness.wait-for", "joined")));
    }

    private TestGenerationContext generate(Path never) {
        TestGenerationContext generation = new TestGenerationContext(Application.class);
        AnnotationConfigApplicationContext source = new AnnotationConfigApplicationContext();
        source.register(Application.class);
        configure(source.getEnvironment());
        new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
        generation.writeGeneratedContent();
        assertThat(never).as("nothing is opened ahead of time").isEmptyDirectory();
        return generation;
    }

    @Test
    @CompileWithForkedClassLoader
    @SuppressWarnings("unchecked") // what the generator makes is one for this context
    void aGeneratedContextOpensItsNodeAndCallsItsListeners() {
        TestGenerationContext generation = generate(directory);
        TestCompiler.forSystem().with(generation).compile(compiled -> {
            try (GenericApplicationContext context = new GenericApplicationContext()) {
                configure(context.getEnvironment());
                compiled.getInstance(ApplicationContextInitializer.class).initialize(context);
                context.refresh();

                context.getBean(CorrosionTemplate.class)
                        .execute(Statement.of("INSERT INTO todos VALUES ('1', 'a')"))
                        .block();

                assertThat(context.getBean(Corrosion.class).actorId()).isNotNull();
                assertThat(context.getBean(Listener.class)
                                .changes
                                .poll(5, TimeUnit.SECONDS)
                                .value())
                        .isEqualTo(new Todo("1", "a"));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void anImageKnowsWhatIsDoneByReflection() throws Exception {
        RuntimeHints hints = generate(directory).getRuntimeHints();

        assertThat(RuntimeHintsPredicates.resource().forResource("corrosion/schema/a.sql"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Connection.class))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(Listener.class.getDeclaredMethod("onChange", Change.class)))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(Todo.class)).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(CorrosionProperties.Cluster.class))
                .accepts(hints);
    }
}
