package dev.corrosion.config;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.config.annotation.RefreshScope;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Whole applications, with real nodes, that take their configuration from the table. */
class ConfigTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Path directory;
    private final List<AutoCloseable> open = new ArrayList<>();
    private int port;

    ConfigTests(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void theFirstStartOfANodeWaitsForThePeersConfiguration() {
        Corrosion peer = peer();
        put(peer, "orders", "", "greeting", "hello");
        ConfigurableApplicationContext app = run("a");
        assertThat(app.getEnvironment().getProperty("greeting")).isEqualTo("hello");
        assertThat(app.getBean(Greeting.class).text()).isEqualTo("hello");
    }

    @Test
    void theMoreSpecificRowCountsAndValuesCountMoreThanDocuments() {
        Corrosion peer = peer();
        put(peer, "application", "", "a", "shared");
        put(peer, "application", "", "b", "shared");
        put(peer, "application", "", "c", "shared");
        put(peer, "application", "", "d", "shared");
        put(peer, "application", "prod", "b", "shared in prod");
        put(peer, "orders", "", "c", "of orders");
        put(peer, "orders", "", "d", "of orders");
        put(peer, "orders", "prod", "d", "of orders in prod");
        put(peer, "orders", "eu", "e", "in eu");
        put(peer, "orders", "prod", "e", "in prod");
        put(peer, "orders", "test", "a", "of another profile");
        put(peer, "stock", "", "a", "of another application");
        document(peer, "base.yml", "yaml", "f:\n  g: yaml\nc: of a document\n");
        document(peer, "more.properties", "properties", "f.h=properties\nf.g=later document\n");
        document(peer, "most.json", "json", "{\"f\": {\"i\": [1, 2]}}");
        ConfigurableApplicationContext app = run("a", "--spring.profiles.active=prod,eu");
        assertThat(properties(app, "a", "b", "c", "d", "e", "f.g", "f.h", "f.i[1]"))
                .containsExactly(
                        "shared",
                        "shared in prod",
                        "of orders",
                        "of orders in prod",
                        "in eu",
                        "later document",
                        "properties",
                        "2");
    }

    @Test
    void aChangeReachesPropertiesAndScopedBeansWhileTheApplicationRuns() {
        Corrosion peer = peer();
        put(peer, "orders", "", "greeting", "hello");
        ConfigurableApplicationContext app = run("a");
        Greeting greeting = app.getBean(Greeting.class);
        Settings settings = app.getBean(Settings.class);
        assertThat(greeting.text()).isEqualTo("hello");
        put(peer, "orders", "", "greeting", "good day");
        put(peer, "orders", "", "settings.limit", "7");
        await().atMost(SOON).untilAsserted(() -> assertThat(greeting.text()).isEqualTo("good day"));
        await().atMost(SOON).untilAsserted(() -> assertThat(settings.getLimit()).isEqualTo(7));
        peer.write(Statement.of("DELETE FROM config WHERE key = 'greeting'"));
        await().atMost(SOON).untilAsserted(() -> assertThat(greeting.text()).isEqualTo("nothing"));
    }

    /** Its properties are records, about which Spring Cloud would complain at each change. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void corrosionsOwnPropertiesAreNotPartOfARefresh(CapturedOutput output) {
        Corrosion peer = peer();
        ConfigurableApplicationContext app = run("a", "--spring.cloud.refresh.never-refreshable=com.example.Mine");
        put(peer, "orders", "", "greeting", "hello");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(app.getBean(Greeting.class).text()).isEqualTo("hello"));
        assertThat(output.getAll()).doesNotContain("Cannot create default instance");
        assertThat(app.getEnvironment().getProperty("spring.cloud.refresh.never-refreshable"))
                .startsWith("com.example.Mine,")
                .contains(CorrosionConfigProperties.class.getName());
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aMalformedDocumentLeavesTheEnvironmentAsItWas(CapturedOutput output) {
        Corrosion peer = peer();
        put(peer, "orders", "", "greeting", "hello");
        ConfigurableApplicationContext app = run("a");
        document(peer, "bad.yml", "yaml", "a: [unclosed");
        await().atMost(SOON).until(() -> output.getOut().contains("orders/bad.yml in the table config is no yaml"));
        put(peer, "orders", "", "greeting", "not yet taken");
        assertThat(app.getBean(Greeting.class).text()).isEqualTo("hello");
        document(peer, "bad.yml", "yaml", "a: closed");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(app.getBean(Greeting.class).text()).isEqualTo("not yet taken"));
        assertThat(app.getEnvironment().getProperty("a")).isEqualTo("closed");
    }

    @Test
    void aRestartWithoutAnyPeerReadsTheLocalCopy() {
        Corrosion peer = peer();
        put(peer, "orders", "", "greeting", "hello");
        run("a").close();
        peer.close();
        ConfigurableApplicationContext app = run("a");
        assertThat(app.getEnvironment().getProperty("greeting")).isEqualTo("hello");
    }

    @Test
    void withoutPeerAndCopyAnOptionalImportGoesOnAndAnotherFailsAndSaysWhy() {
        peer().close();
        String soon = "--corrosion.config.first-sync-timeout=200ms";
        assertThatThrownBy(() -> run("a", soon))
                .isInstanceOfSatisfying(
                        NoFirstCopyException.class, e -> assertThat(new ConfigFailureAnalyzer().analyze(e))
                                .extracting(FailureAnalysis::getAction, as(STRING))
                                .contains("optional:corrosion:"))
                .hasMessageContaining("no peer has sent its configuration within 200 ms");
        ConfigurableApplicationContext app = run("b", soon, "--spring.config.import=optional:corrosion:");
        assertThat(app.getEnvironment().getProperty("greeting")).isNull();
    }

    @Test
    void namespacesDoNotMix() {
        Corrosion peer = peer();
        put(peer, "orders", "", "greeting", "hello");
        peer.write(Statement.of("INSERT INTO config (namespace, application, key, value)"
                + " VALUES ('blue', 'orders', 'greeting', 'hello from blue')"));
        ConfigurableApplicationContext app = run("a", "--spring.config.import=corrosion:blue");
        assertThat(app.getEnvironment().getProperty("greeting")).isEqualTo("hello from blue");
    }

    private static List<String> properties(ConfigurableApplicationContext app, String... names) {
        return Arrays.stream(names)
                .map(name -> String.valueOf(app.getEnvironment().getProperty(name)))
                .toList();
    }

    private Corrosion peer() {
        Corrosion peer = Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("peer.db"))
                .schema(ConfigTable.SCHEMA.sql())
                .host("127.0.0.1")
                .port(0)
                .build());
        open.add(peer);
        port = peer.status().address().getPort();
        return peer;
    }

    private ConfigurableApplicationContext run(String name, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--spring.application.name=orders",
                "--spring.config.import=corrosion:",
                "--corrosion.node.data-directory=" + directory.resolve(name),
                "--corrosion.cluster.host=127.0.0.1",
                "--corrosion.cluster.port=0",
                "--corrosion.cluster.bootstrap=127.0.0.1:" + port));
        all.addAll(List.of(arguments));
        SpringApplication application = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.NONE)
                .build();
        ConfigurableApplicationContext context = application.run(all.toArray(String[]::new));
        open.add(context);
        return context;
    }

    private static void put(Corrosion node, String application, String profile, String key, String value) {
        node.write(Statement.of(
                "INSERT INTO config (application, profile, key, value) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT DO UPDATE SET value = excluded.value",
                application,
                profile,
                key,
                value));
    }

    private static void document(Corrosion node, String key, String format, String text) {
        node.write(Statement.of(
                "INSERT INTO config (application, key, value, format) VALUES ('orders', ?, ?, ?)"
                        + " ON CONFLICT DO UPDATE SET value = excluded.value",
                key,
                text,
                format));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableConfigurationProperties(Settings.class)
    static class App {

        @Bean
        @RefreshScope
        Greeting greeting(@Value("${greeting:nothing}") String text) {
            return new Greeting(text);
        }
    }

    static class Greeting {

        private final String text;

        Greeting(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    @ConfigurationProperties("settings")
    static class Settings {

        private int limit;

        public int getLimit() {
            return limit;
        }

        public void setLimit(int limit) {
            this.limit = limit;
        }
    }
}
