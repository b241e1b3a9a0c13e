package dev.corrosion.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.tls.Tls;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Nodes with certificates from Spring Boot's SSL bundles. */
@NullUnmarked
class SslBundleTests {

    @TempDir
    Path directory;

    @BeforeEach
    void authority() {
        tool("ca", "--out", path("ca"));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static void tool(String... arguments) {
        PrintStream silent = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        assertThat(new Tls(Clock.systemUTC(), silent, System.err).run(arguments))
                .isZero();
    }

    private void issue(String name) {
        tool("node", "--ca", path("ca"), "--out", path(name), "--name", name);
    }

    private ApplicationContextRunner runner(String name) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CorrosionAutoConfiguration.class, SslAutoConfiguration.class))
                .withPropertyValues(
                        "corrosion.node.name=" + name,
                        "corrosion.node.data-directory=" + directory.resolve("data-" + name),
                        "corrosion.cluster.host=127.0.0.1",
                        "corrosion.cluster.port=0",
                        "corrosion.security.bundle=cluster",
                        "spring.ssl.bundle.watch.file.quiet-period=200ms",
                        "spring.ssl.bundle.pem.cluster.reload-on-update=true",
                        "spring.ssl.bundle.pem.cluster.keystore.certificate=" + path(name + "/node.crt"),
                        "spring.ssl.bundle.pem.cluster.keystore.private-key=" + path(name + "/node.key"),
                        "spring.ssl.bundle.pem.cluster.truststore.certificate=" + path(name + "/ca.crt"));
    }

    private void replace(String used, String by, String file) throws IOException {
        Files.copy(
                directory.resolve(by).resolve(file),
                directory.resolve(used).resolve(file),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void nodesOfABundleMeetAndTakeUpWhatIsReplaced() {
        issue("a");
        issue("b");
        issue("renewed");
        runner("a").run(first -> {
            Corrosion a = first.getBean(Corrosion.class);
            int port = a.status().address().getPort();
            runner("b")
                    .withPropertyValues("corrosion.cluster.bootstrap=127.0.0.1:" + port)
                    .run(second -> {
                        Corrosion b = second.getBean(Corrosion.class);
                        await().atMost(Duration.ofSeconds(15))
                                .until(() -> subjectSeen(b, a).equals("CN=a"));
                        replace("a", "renewed", "node.key");
                        replace("a", "renewed", "node.crt");
                        await().atMost(Duration.ofSeconds(30))
                                .until(() -> subjectSeen(b, a).equals("CN=renewed"));
                        assertThat(a.status().warnings()).isEmpty();
                    });
        });
    }

    private static String subjectSeen(Corrosion by, Corrosion of) {
        var seen = by.status().certificates().peers().get(of.actorId());
        return seen == null ? "" : seen.subject();
    }

    @Test
    void aBundleAndASecretAreOneTooMany() {
        issue("a");
        runner("a")
                .withPropertyValues("corrosion.security.secret=a secret that is long enough")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("corrosion.security.bundle"));
    }

    @Test
    void aBundleThatIsNotThereIsNamedWithThoseThatAre() {
        issue("a");
        runner("a").withPropertyValues("corrosion.security.bundle=other").run(context -> {
            Throwable failure = context.getStartupFailure();
            assertThat(failure).rootCause().hasMessageContaining("other");
            var analysis = new CorrosionFailureAnalyzer().analyze(failure);
            assertThat(analysis.getDescription()).contains("there is no SSL bundle 'other'", "[cluster]");
            assertThat(analysis.getAction()).contains("corrosion.security.bundle");
        });
    }

    @Test
    void aKeyThatDoesNotFitFailsTheStartWithWhatToDo() throws IOException {
        issue("a");
        issue("b");
        replace("a", "b", "node.key");
        runner("a").run(context -> {
            var analysis = new CorrosionFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("the private key does not fit");
            assertThat(analysis.getAction()).contains("dev.corrosion.tls.Tls");
        });
    }
}
