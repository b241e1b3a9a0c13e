package dev.corrosion.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionSchema;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that waits for its node before it says that it is ready. */
@NullUnmarked
@ExtendWith(OutputCaptureExtension.class)
class ReadinessTests {

    private static final String SCHEMA = "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY);";

    @TempDir
    Path directory;

    private Corrosion other;

    @BeforeEach
    void anotherNodeThatHasSomething() {
        other = Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("other.db"))
                .schema(SCHEMA)
                .clusterId("one")
                .port(0)
                .build());
        for (int i = 0; i < 50; i++) {
            other.write(Statement.of("INSERT INTO t VALUES (?)", i));
        }
    }

    @AfterEach
    void close() {
        other.close();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(CorrosionAutoConfiguration.class)
    static class Application {

        @Bean
        CorrosionSchema schema() {
            return new CorrosionSchema("t", SCHEMA);
        }

        /** What a runner of the application finds. */
        @Bean
        AtomicLong rowsAtTheRun() {
            return new AtomicLong(-1);
        }

        @Bean
        ApplicationRunner counts(Corrosion corrosion, AtomicLong rowsAtTheRun) {
            return arguments -> rowsAtTheRun.set(
                    corrosion.query(Statement.of("SELECT * FROM t")).size());
        }
    }

    private ConfigurableApplicationContext run(String bootstrap, String... properties) {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "corrosion.node.data-directory=" + directory.resolve("data"),
                                "corrosion.cluster.port=0",
                                "corrosion.cluster.bootstrap=" + bootstrap),
                        Arrays.stream(properties))
                .map(property -> "--" + property)
                .toArray(String[]::new);
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(arguments);
    }

    private String other() {
        return "127.0.0.1:" + other.status().address().getPort();
    }

    @Test
    void runnersFindWhatTheOthersHave() {
        try (ConfigurableApplicationContext context =
                run(other(), "corrosion.cluster.id=one", "corrosion.readiness.wait-for=synced")) {
            assertThat(context.getBean("rowsAtTheRun", AtomicLong.class)).hasValue(50);
        }
    }

    @Test
    void aNodeThatLooksForNobodyIsReady() {
        try (ConfigurableApplicationContext context = run("", "corrosion.readiness.wait-for=synced")) {
            assertThat(context.getBean("rowsAtTheRun", AtomicLong.class)).hasValue(0);
        }
    }

    @Test
    void goesOnAloneWhenTheTimeIsUp(CapturedOutput output) {
        try (ConfigurableApplicationContext context =
                run("127.0.0.1:1", "corrosion.readiness.wait-for=joined", "corrosion.readiness.timeout=300ms")) {
            assertThat(context.getBean("rowsAtTheRun", AtomicLong.class)).hasValue(0);
            assertThat(output.getOut()).contains("not joined after 300 ms", "goes on with what it has");
        }
    }

    @Test
    void saysThatItIsOfAnotherClusterIfItMayNotGoOn() {
        Throwable failure = catchThrowable(() -> run(
                other(),
                "corrosion.cluster.id=two",
                "corrosion.readiness.wait-for=joined",
                "corrosion.readiness.timeout=2s",
                "corrosion.readiness.fail-on-timeout=true"));

        FailureAnalysis analysis = new CorrosionFailureAnalyzer().analyze(failure);
        assertThat(analysis).as("analysis of %s", failure).isNotNull();
        assertThat(analysis.getDescription()).contains("links refused", "corrosion.cluster.id");
        assertThat(analysis.getAction()).contains("corrosion.cluster.id", "corrosion.security.secret");
    }
}
