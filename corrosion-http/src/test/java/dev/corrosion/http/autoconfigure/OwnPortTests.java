package dev.corrosion.http.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.CorrosionException;
import dev.corrosion.http.HttpApi;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** The port of its own, in an application that is no web application. */
@NullUnmarked
class OwnPortTests {

    private static final String TOKEN = "0123456789abcdef0123";

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void aNodeInADirectoryOfItsOwn() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CorrosionAutoConfiguration.class,
                        SslAutoConfiguration.class,
                        CorrosionHttpAutoConfiguration.class,
                        CorrosionWebFluxAutoConfiguration.class))
                .withBean(
                        CorrosionSchema.class,
                        () -> new CorrosionSchema("todo", "CREATE TABLE todo (id INTEGER NOT NULL PRIMARY KEY);"))
                .withPropertyValues(
                        "corrosion.node.data-directory=" + directory.resolve("data"), "corrosion.cluster.port=0");
    }

    private static HttpResponse<String> health(
            ApplicationContext context, String scheme, @Nullable SSLContext tls, @Nullable String token)
            throws IOException, InterruptedException {
        HttpClient.Builder client = HttpClient.newBuilder();
        if (tls != null) {
            client.sslContext(tls);
        }
        int port = context.getBean(HttpServerLifecycle.class).port();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port + "/v1/health"))
                .timeout(Duration.ofSeconds(20));
        if (token != null) {
            request.header("authorization", "Bearer " + token);
        }
        return client.build().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void thereIsNoApiUnlessSomebodyAsksForIt() {
        runner.run(context -> assertThat(context).doesNotHaveBean(HttpApi.class));
    }

    @Test
    void theApiIsServedAsLongAsTheApplicationRuns() {
        runner.withPropertyValues("corrosion.http.port=0").run(context -> {
            assertThat(health(context, "http", null, null).statusCode()).isEqualTo(200);
            HttpServerLifecycle server = context.getBean(HttpServerLifecycle.class);

            context.close();

            assertThat(server.isRunning()).isFalse();
        });
    }

    @Test
    void tokensAreProperties() {
        runner.withPropertyValues(
                        "corrosion.http.port=0",
                        "corrosion.http.tokens[0].name=probe",
                        "corrosion.http.tokens[0].token=" + TOKEN)
                .run(context -> {
                    assertThat(health(context, "http", null, null).statusCode()).isEqualTo(401);
                    assertThat(health(context, "http", null, TOKEN).statusCode())
                            .isEqualTo(200);
                });
    }

    @Test
    void anOpenApiIsRefusedAndSaysWhatToDo() {
        runner.withPropertyValues("corrosion.http.port=0", "corrosion.http.host=0.0.0.0")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(CorrosionException.class)
                        .hasMessageContaining("corrosion.http.tokens")
                        .hasMessageContaining("corrosion.http.host=127.0.0.1"));
    }

    @Test
    void wrongPropertiesAreRefusedInWords() {
        runner.withPropertyValues("corrosion.http.port=0", "corrosion.http.limits.max-requests=0")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("the number of concurrent requests must be positive"));
        runner.withPropertyValues(
                        "corrosion.http.port=0",
                        "corrosion.http.tokens[0].name=probe",
                        "corrosion.http.tokens[0].token=short")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("at least 16")
                        .satisfies(e -> assertThat(e).hasStackTraceContaining("probe")));
        runner.withPropertyValues("corrosion.http.base-path=/corrosion")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("set corrosion.http.port to have the API on a port of its own"));
    }

    @Test
    void tlsComesFromAnSslBundleAndSpeaksHttp2() throws Exception {
        Certificates certificates = new Certificates();
        certificates.write(directory);

        withBundle().run(context -> {
            HttpResponse<String> response = health(context, "https", certificates.client(false), null);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        });
    }

    @Test
    void clientsThatNeedACertificateNeedNoTokenAndOthersGetNothing() throws Exception {
        Certificates certificates = new Certificates();
        certificates.write(directory);

        withBundle()
                .withPropertyValues("corrosion.http.ssl.client-auth=need", "corrosion.http.host=0.0.0.0")
                .run(context -> {
                    assertThat(health(context, "https", certificates.client(true), null)
                                    .statusCode())
                            .isEqualTo(200);
                    SSLContext anonymous = certificates.client(false);
                    assertThatThrownBy(() -> health(context, "https", anonymous, null))
                            .isInstanceOf(IOException.class);
                    SSLContext stranger = new Certificates().client(true);
                    assertThatThrownBy(() -> health(context, "https", stranger, null))
                            .isInstanceOf(IOException.class);
                });
    }

    @Test
    void aBundleThatIsReloadedIsUsedForNewConnectionsAndOpenOnesGoOn() throws Exception {
        Certificates before = new Certificates();
        before.write(directory);

        withBundle()
                .withPropertyValues("spring.ssl.bundle.pem.api.reload-on-update=true")
                .run(context -> {
                    HttpClient old = HttpClient.newBuilder()
                            .sslContext(before.client(false))
                            .build();
                    assertThat(old.send(health(context), HttpResponse.BodyHandlers.ofString())
                                    .statusCode())
                            .isEqualTo(200);

                    Certificates after = new Certificates();
                    after.write(directory);

                    SSLContext trustsTheNewOne = after.client(false);
                    await().atMost(Duration.ofSeconds(40))
                            .ignoreExceptions()
                            .until(() -> health(context, "https", trustsTheNewOne, null)
                                            .statusCode()
                                    == 200);
                    assertThatThrownBy(() -> health(context, "https", before.client(false), null))
                            .isInstanceOf(IOException.class);
                    assertThat(old.send(health(context), HttpResponse.BodyHandlers.ofString())
                                    .statusCode())
                            .as("on the connection that is open")
                            .isEqualTo(200);
                });
    }

    private static HttpRequest health(ApplicationContext context) {
        int port = context.getBean(HttpServerLifecycle.class).port();
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v1/health"))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private ApplicationContextRunner withBundle() {
        String bundle = "spring.ssl.bundle.pem.api.";
        return runner.withPropertyValues(
                "corrosion.http.port=0",
                "corrosion.http.ssl.bundle=api",
                bundle + "keystore.certificate=" + directory.resolve("server.pem"),
                bundle + "keystore.private-key=" + directory.resolve("server.key"),
                bundle + "truststore.certificate=" + directory.resolve("authority.pem"));
    }
}
