package dev.corrosion.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.aot.AbstractAotProcessor.Settings;

/** What the build plugins do for an application that is to be processed ahead of time. */
class BuildTimeTests {

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class App {

        public static void main(String[] arguments) {
            SpringApplication.run(App.class, arguments);
        }
    }

    /** Without that a build would wait for a peer that is not there, and leave a database among its sources. */
    @Test
    void anApplicationIsProcessedWithoutANode(@TempDir Path directory) {
        Path data = directory.resolve("data");
        Settings settings = Settings.builder()
                .sourceOutput(directory.resolve("sources"))
                .resourceOutput(directory.resolve("resources"))
                .classOutput(directory.resolve("classes"))
                .groupId("com.example")
                .artifactId("app")
                .build();
        String[] arguments = {
            "--spring.application.name=orders",
            "--spring.main.web-application-type=none",
            "--spring.config.import=corrosion:",
            "--corrosion.cluster.bootstrap=127.0.0.1:1",
            "--corrosion.node.data-directory=" + data
        };

        new SpringApplicationAotProcessor(App.class, settings, arguments).process();

        assertThat(directory.resolve("sources"))
                .isDirectoryRecursivelyContaining("glob:**ApplicationContextInitializer.java");
        assertThat(data).doesNotExist();
    }
}
