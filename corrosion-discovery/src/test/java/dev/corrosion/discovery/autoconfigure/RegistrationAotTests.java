package dev.corrosion.discovery.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.cloud.commons.util.UtilAutoConfiguration;
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

/** Registration in a context that was generated ahead of time, beside another registry. */
@NullUnmarked
class RegistrationAotTests {

    @TempDir
    Path directory;

    public static class Other implements AutoServiceRegistration {}

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        CorrosionAutoConfiguration.class,
        UtilAutoConfiguration.class,
        CorrosionDiscoveryAutoConfiguration.class,
        CorrosionRegistrationAutoConfiguration.class
    })
    static class Application {

        @Bean
        Other other() {
            return new Other();
        }
    }

    private void configure(ConfigurableEnvironment environment) {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test",
                        Map.of(
                                "spring.application.name", "orders",
                                "corrosion.discovery.tags", "fast",
                                "corrosion.discovery.health.interval", "1s",
                                "corrosion.node.data-directory", directory.toString(),
                                "corrosion.cluster.port", "0")));
    }

    @Test
    @CompileWithForkedClassLoader
    @SuppressWarnings("unchecked") // what the generator makes is one for this context
    void aGeneratedContextRegistersBesideAnotherRegistry() {
        TestGenerationContext generation = new TestGenerationContext(Application.class);
        AnnotationConfigApplicationContext source = new AnnotationConfigApplicationContext();
        source.register(Application.class);
        configure(source.getEnvironment());
        new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
        generation.writeGeneratedContent();
        RuntimeHints hints = generation.getRuntimeHints();
        assertThat(RuntimeHintsPredicates.reflection().onType(CorrosionRegistrationProperties.Health.class))
                .accepts(hints);

        TestCompiler.forSystem().with(generation).compile(compiled -> {
            try (GenericApplicationContext context = new GenericApplicationContext()) {
                configure(context.getEnvironment());
                compiled.getInstance(ApplicationContextInitializer.class).initialize(context);
                context.refresh();
                AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);

                assertThat(context.getBean(Corrosion.class)
                                .query(Statement.of("SELECT tags FROM services WHERE service = 'orders'"))
                                .get(0)
                                .getString("tags"))
                        .isEqualTo("[\"fast\"]");
                assertThat(context.getBean(AutoServiceRegistration.class)).isInstanceOf(Other.class);
            }
        });
    }
}
