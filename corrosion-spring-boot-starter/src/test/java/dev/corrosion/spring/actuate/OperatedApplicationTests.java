package dev.corrosion.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.CorrosionTemplate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with Boot's actuator, as an operator meets it over HTTP. */
@NullUnmarked
class OperatedApplicationTests {

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(exclude = DataJdbcRepositoriesAutoConfiguration.class)
    static class Application {

        @Bean
        CorrosionSchema schema() {
            return new CorrosionSchema("notes", "CREATE TABLE notes (id TEXT NOT NULL PRIMARY KEY);");
        }
    }

    private ConfigurableApplicationContext run(String... more) {
        SpringApplicationBuilder application =
                new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET);
        return application
                .properties(
                        "corrosion.node.data-directory=" + directory,
                        "corrosion.cluster.port=0",
                        "corrosion.datasource.mode=primary",
                        "server.port=0",
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoint.health.show-details=always")
                .run(more);
    }

    private HttpResponse<String> send(ConfigurableApplicationContext context, String method, String path, String body)
            throws IOException, InterruptedException {
        String port = context.getEnvironment().getProperty("local.server.port");
        return http.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("content-type", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String get(ConfigurableApplicationContext context, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(context, "GET", path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void itsPartsAreReadAndNothingCanBeAskedForByDefault() throws Exception {
        try (ConfigurableApplicationContext context = run()) {
            context.getBean(Corrosion.class).write(Statement.of("INSERT INTO notes VALUES ('a')"));

            assertThat(get(context, "corrosion")).contains("\"activity\"", "\"members\":[]");
            assertThat(get(context, "corrosion/queues")).contains("\"name\":\"outbox\"");
            assertThat(get(context, "corrosion/tables"))
                    .isEqualTo("[{\"name\":\"notes\",\"rows\":1,\"tombstones\":0,\"digest\":null,\"note\":null}]");
            assertThat(get(context, "corrosion/tables/notes")).containsPattern("\"digest\":\"[0-9a-f]{32}\"");
            assertThat(get(context, "health")).contains("\"isolated\":true");
            assertThat(send(context, "GET", "corrosion/none", "").statusCode()).isEqualTo(404);
            assertThat(send(context, "POST", "corrosion/collect", "{}").statusCode())
                    .isIn(404, 405);
        }
    }

    @Test
    void operationsAreThereWhereTheyAreAllowed() throws Exception {
        try (ConfigurableApplicationContext context = run("--management.endpoint.corrosion.access=unrestricted")) {
            HttpResponse<String> collected = send(context, "POST", "corrosion/collect", "{}");
            assertThat(collected.statusCode()).as(collected.body()).isEqualTo(200);
            assertThat(collected.body()).contains("\"started\":false", "retention");
            assertThat(send(context, "POST", "corrosion/verify", "{\"member\":\"x\"}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send(context, "POST", "corrosion/explode", "{}").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aScrapeHasWhatTheTemplateDoesUnlessThatIsSwitchedOff() throws Exception {
        try (ConfigurableApplicationContext context = run()) {
            context.getBean(CorrosionTemplate.class)
                    .execute("INSERT INTO notes VALUES ('a')")
                    .block();
            await().untilAsserted(() -> assertThat(get(context, "prometheus"))
                    .contains(
                            "corrosion_write_seconds_count{",
                            "operation=\"INSERT\"",
                            "corrosion_commit_seconds_bucket{")
                    .containsPattern("corrosion_writes_total 1"));
        }
        try (ConfigurableApplicationContext context = run("--management.observations.enable.corrosion=false")) {
            context.getBean(CorrosionTemplate.class)
                    .execute("INSERT INTO notes VALUES ('b')")
                    .block();
            assertThat(get(context, "prometheus"))
                    .contains("corrosion_commit_seconds_count 1")
                    .doesNotContain("corrosion_write_seconds");
        }
    }

    @Test
    void healthIsUnknownWhileTheNodeIsNotOpen() {
        try (ConfigurableApplicationContext context = run()) {
            CorrosionHealthIndicator health = context.getBean(CorrosionHealthIndicator.class);
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);

            context.stop();
            assertThat(health.health().getStatus()).isEqualTo(Status.UNKNOWN);
            context.start();
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        }
    }
}
