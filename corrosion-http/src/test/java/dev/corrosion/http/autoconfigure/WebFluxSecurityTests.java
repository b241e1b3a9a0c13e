package dev.corrosion.http.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.spring.CorrosionSchema;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** The mount in WebFlux behind the application's own Spring Security, on all addresses and without tokens. */
@NullUnmarked
class WebFluxSecurityTests {

    private static final String USER = "operator";
    private static final String PASSWORD = "open sesame";

    @TempDir
    Path directory;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        static CorrosionSchema schema() {
            return new CorrosionSchema("todo", "CREATE TABLE todo (id INTEGER NOT NULL PRIMARY KEY, title TEXT);");
        }

        /** Clients of the API are no web pages: they have no tokens against forged requests. */
        @Bean
        SecurityWebFilterChain security(ServerHttpSecurity http) {
            return http.authorizeExchange(
                            exchange -> exchange.pathMatchers("/corrosion/**").authenticated())
                    .httpBasic(Customizer.withDefaults())
                    .csrf(ServerHttpSecurity.CsrfSpec::disable)
                    .build();
        }
    }

    @Test
    void whoTheFilterChainDoesNotLetThroughGetsNothingAndTheOthersNeedNoToken() throws Exception {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        try (ConfigurableApplicationContext context = application.run(
                "--server.port=0",
                "--corrosion.cluster.port=0",
                "--corrosion.node.data-directory=" + directory.resolve("data"),
                "--corrosion.http.base-path=/corrosion",
                "--spring.security.user.name=" + USER,
                "--spring.security.user.password=" + PASSWORD,
                "--spring.main.banner-mode=off")) {
            assertThat(write(context, null)).isEqualTo(401);
            assertThat(write(context, "wrong")).isEqualTo(401);
            assertThat(write(context, PASSWORD)).isEqualTo(200);
        }
    }

    private static int write(ConfigurableApplicationContext context, String password)
            throws IOException, InterruptedException {
        String port = context.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/corrosion/v1/transactions"))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("[\"INSERT INTO todo (id) VALUES (1)\"]"));
        if (password != null) {
            byte[] credentials = (USER + ":" + password).getBytes(StandardCharsets.UTF_8);
            request.header("authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
