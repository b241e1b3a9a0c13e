package dev.corrosion.http.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionSchema;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The API in the application's own WebFlux server, over real connections. */
@NullUnmarked
class WebFluxTests {

    private static final String TOKEN = "0123456789abcdef0123";

    @TempDir
    Path directory;

    private ConfigurableApplicationContext context;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {ReactiveWebSecurityAutoConfiguration.class, ReactiveUserDetailsServiceAutoConfiguration.class})
    static class Application {

        @Bean
        static CorrosionSchema schema() {
            return new CorrosionSchema("todo", "CREATE TABLE todo (id INTEGER NOT NULL PRIMARY KEY, title TEXT);");
        }
    }

    @AfterEach
    void stop() {
        if (context != null) {
            context.close();
        }
    }

    private void start(String... properties) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        String[] arguments = new String[properties.length + 5];
        arguments[0] = "--server.port=0";
        arguments[1] = "--corrosion.cluster.port=0";
        arguments[2] = "--corrosion.node.data-directory=" + directory.resolve("data");
        arguments[3] = "--corrosion.http.base-path=corrosion/";
        arguments[4] = "--spring.main.banner-mode=off";
        for (int i = 0; i < properties.length; i++) {
            arguments[5 + i] = "--" + properties[i];
        }
        context = application.run(arguments);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                        + context.getEnvironment().getProperty("local.server.port") + "/corrosion/v1/" + path))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json");
    }

    private static HttpRequest.BodyPublisher body(String json) {
        return HttpRequest.BodyPublishers.ofString(json);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theSameApiIsThereBelowTheBasePath() throws Exception {
        start("server.address=127.0.0.1");

        assertThat(send(request("transactions")
                                .POST(body("[[\"INSERT INTO todo (id, title) VALUES (?, ?)\", [1, \"a\"]]]")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(request("queries").POST(body("\"SELECT id, title FROM todo\"")))
                        .body())
                .startsWith("{\"columns\":[\"id\",\"title\"]}\n{\"row\":[1,[1,\"a\"]]}\n{\"eoq\"");
        assertThat(send(request("nothing").GET()).statusCode()).isEqualTo(404);
        assertThat(send(request("transactions").POST(body("[\"" + "x".repeat(9_000_000) + "\"]")))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void aSubscriptionIsStreamedAndEndsWithAnErrorEventWhenTheApplicationStops() throws Exception {
        start("server.address=127.0.0.1");
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        request("subscriptions")
                                .POST(body("\"SELECT id, title FROM todo\""))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        assertThat(response.headers().firstValue("corro-query-id")).isPresent();
        assertThat(lines.readLine()).startsWith("{\"columns\"");
        assertThat(lines.readLine()).startsWith("{\"eoq\"");
        Corrosion corrosion = context.getBean(Corrosion.class);

        corrosion.write(Statement.of("INSERT INTO todo (id, title) VALUES (1, 'a')"));

        assertThat(lines.readLine()).isEqualTo("{\"change\":[\"insert\",1,[1,\"a\"],1]}");
        long start = System.nanoTime();
        context.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(lines.readLine()).isEqualTo("{\"error\":\"the application stops; subscribe again\"}");
        assertThat(lines.readLine()).isNull();
    }

    @Test
    void aClientThatGoesFreesItsSubscription() throws Exception {
        start("server.address=127.0.0.1");
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        request("subscriptions")
                                .POST(body("\"SELECT id FROM todo\""))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        Corrosion corrosion = context.getBean(Corrosion.class);
        assertThat(corrosion.status().subscriptions()).isNotEmpty();

        response.body().close();

        await().untilAsserted(() -> assertThat(corrosion.status().subscriptions())
                .allMatch(subscription -> subscription.subscribers() == 0));
    }

    @Test
    void tokensAreAskedForHereToo() throws Exception {
        start("corrosion.http.tokens[0].name=probe", "corrosion.http.tokens[0].token=" + TOKEN);

        assertThat(send(request("health").GET()).statusCode()).isEqualTo(401);
        assertThat(send(request("health")
                                .header("authorization", "Bearer " + TOKEN)
                                .GET())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anApplicationThatOthersReachNeedsTokensOrSecurity() {
        assertThatThrownBy(this::start)
                .rootCause()
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("corrosion.http.base-path")
                .hasMessageContaining("Spring Security");
    }
}
