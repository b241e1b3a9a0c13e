package dev.corrosion.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.InsecureClusterException;
import dev.corrosion.MembershipOptions;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.StubCorrosion;
import dev.corrosion.spring.actuate.CorrosionEndpoint;
import dev.corrosion.spring.actuate.CorrosionHealthIndicator;
import dev.corrosion.spring.actuate.CorrosionMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

@NullUnmarked // a null fails the test anyway
class CorrosionAutoConfigurationTests {

    @TempDir
    Path directory;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CorrosionAutoConfiguration.class,
                    CorrosionEndpointAutoConfiguration.class,
                    CorrosionHealthAutoConfiguration.class,
                    CorrosionMetricsAutoConfiguration.class))
            .withBean(StubCorrosion.class);

    @Test
    void backsOffWhenDisabled() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CorrosionAutoConfiguration.class))
                .withPropertyValues("corrosion.enabled=false")
                .run(context ->
                        assertThat(context).doesNotHaveBean(Corrosion.class).doesNotHaveBean(CorrosionTemplate.class));
    }

    @Test
    void takesTheUsersNode() {
        runner.run(
                context -> assertThat(context.getBean(CorrosionTemplate.class).corrosion())
                        .isSameAs(context.getBean(StubCorrosion.class)));
    }

    @Test
    void contributesHealthAndMetersAndAnExposedEndpoint() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=corrosion")
                .run(context -> assertThat(context)
                        .hasSingleBean(CorrosionHealthIndicator.class)
                        .hasSingleBean(CorrosionMetrics.class)
                        .hasSingleBean(CorrosionEndpoint.class));
        runner.withPropertyValues("management.health.corrosion.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(CorrosionHealthIndicator.class)
                .doesNotHaveBean(CorrosionEndpoint.class));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {JsonMapper.class, HealthIndicator.class, MeterBinder.class, ConditionalOnAvailableEndpoint.class
            })
    void startsWithoutTheOptionalLibraries(Class<?> missing) {
        runner.withClassLoader(new FilteredClassLoader(missing))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(CorrosionTemplate.class));
    }

    @Test
    void endsLiveStreamsWhenTheContextStopsAndOffersNewOnesWhenItStartsAgain() {
        runner.run(context -> {
            CorrosionTemplate template = context.getBean(CorrosionTemplate.class);
            StepVerifier.create(template.live(String.class, "SELECT 1"))
                    .then(context::stop)
                    .verifyComplete();
            context.start();
            context.getBean(StubCorrosion.class).results =
                    Sinks.many().unicast().onBackpressureBuffer();
            StepVerifier.create(template.live(String.class, "SELECT 1"))
                    .expectTimeout(Duration.ofMillis(200))
                    .verify();
        });
    }

    @Test
    void schemaComesFromFilesInTheOrderOfTheirNamesAndThenFromBeans() {
        runner.run(context -> {
            CorrosionOptions options = options(
                    List.of("classpath:schema-test/*.sql"),
                    Stream.of(new CorrosionSchema("module", "CREATE TABLE c (id INTEGER PRIMARY KEY NOT NULL)")));

            assertThat(options.region()).isEqualTo("fra");
            assertThat(options.membership())
                    .isEqualTo(MembershipOptions.builder()
                            .probeInterval(Duration.ofMillis(200))
                            .confirmations(2)
                            .build());
            assertThat(options.maxBytesPerSecond()).isEqualTo(4 << 20);
            assertThat(options.subscriptions())
                    .isEqualTo(SubscriptionLimits.builder()
                            .bytes(1 << 20)
                            .journalAge(Duration.ofHours(2))
                            .build());
            assertThat(options.schema())
                    .extracting(CorrosionOptions.SchemaSource::name)
                    .containsExactly("1-a.sql", "2-b.sql", "module");
        });
    }

    @Test
    void noSchemaIsFineButAFileThatIsNamedMustExist() {
        assertThat(options(List.of("classpath:not-there/*.sql"), Stream.empty()).schema())
                .isEmpty();
        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(() -> options(List.of("classpath:not-there.sql"), Stream.empty()))
                .withMessageContaining("not-there.sql");
    }

    @Test
    void neverPrintsTheSecret() {
        new ApplicationContextRunner()
                .withUserConfiguration(PropertiesOnly.class)
                .withPropertyValues("corrosion.security.secret=correct horse battery")
                .run(context -> {
                    CorrosionProperties properties = context.getBean(CorrosionProperties.class);
                    assertThat(properties.security().secret()).isEqualTo("correct horse battery");
                    assertThat(properties.toString()).doesNotContain("horse");
                    assertThat(properties.node().database()).isEqualTo(Path.of("data", "corrosion", "corrosion.db"));
                });
    }

    @Test
    void analysesFailuresOfOpeningAndNothingElse() {
        CorrosionFailureAnalyzer analyzer = new CorrosionFailureAnalyzer();
        FailureAnalysis insecure =
                analyzer.analyze(new IllegalStateException(new InsecureClusterException("open to all")));
        FailureAnalysis locked = analyzer.analyze(
                new BeanCreationException("corrosion", "no", new CorrosionException("database is locked")));

        assertThat(insecure.getAction()).contains("corrosion.security.secret");
        assertThat(locked.getDescription()).contains("database is locked");
        assertThat(analyzer.analyze(new IllegalStateException(new CorrosionException("a query failed"))))
                .isNull();
    }

    private static CorrosionOptions options(List<String> locations, Stream<CorrosionSchema> contributed) {
        Map<String, Object> set = new HashMap<>(Map.of(
                "corrosion.node.region", "fra",
                "corrosion.schema.locations", String.join(",", locations),
                "corrosion.cluster.membership.probe-interval", "200ms",
                "corrosion.cluster.membership.confirmations", "2",
                "corrosion.cluster.max-bytes-per-second", "4MB",
                "corrosion.subscription.kept-bytes", "1MB",
                "corrosion.subscription.journal-kept-for", "2h"));
        CorrosionProperties properties = new Binder(new MapConfigurationPropertySource(set))
                .bindOrCreate("corrosion", CorrosionProperties.class);
        return new OptionsFactory(properties, "app", () -> properties.cluster().bootstrap(), () -> null)
                .options(new SchemaFiles(new PathMatchingResourcePatternResolver()), contributed, Stream.empty());
    }

    @EnableConfigurationProperties(CorrosionProperties.class)
    static class PropertiesOnly {}

    @Test
    void saysWhatToDoAboutWhatLiesOutsideOfTheNode() {
        assertThat(actionFor(new UnsatisfiedLinkError("netty_quiche42"))).contains("netty-codec-native-quic", "musl");
        assertThat(OpeningFailure.nativeLibrary(true)).contains("Alpine", "eclipse-temurin");
        assertThat(actionFor(new CertificateExpiredException("NotAfter: 2020"))).contains("clock", "renewed");
    }

    private static String actionFor(Throwable cause) {
        return new CorrosionFailureAnalyzer()
                .analyze(new BeanCreationException(
                        "corrosion", "no", new CorrosionException("it did not open: " + cause, cause)))
                .getAction();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "corrosion.store.write-timeout=0s",
                "corrosion.cluster.port=65536",
                "corrosion.cluster.sync-interval=-1s",
                "corrosion.cluster.max-bytes-per-second=1KB",
                "corrosion.node.region=~1",
                "corrosion.cluster.membership.probe-timeout=1h",
                "corrosion.subscription.max-rows=0",
                "corrosion.datasource.idle-timeout=0s",
                "corrosion.listener.last-retry=1ms",
                "corrosion.readiness.timeout=0s"
            })
    void refusesValuesThatCannotBeWithTheirNames(String property) {
        String name = property.substring(0, property.indexOf('='));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CorrosionAutoConfiguration.class))
                .withPropertyValues(property)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                        .hasMessageContaining(name.equals("corrosion.listener.last-retry") ? "first-retry" : name));
    }

    @Test
    void seedsAndOptionsCanComeFromBeans() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CorrosionAutoConfiguration.class))
                .withBean(CorrosionConnectionDetails.class, () -> () -> List.of("127.0.0.1:1"))
                .withBean(
                        CorrosionOptionsCustomizer.class,
                        () -> options -> options.region("bean").name("customized"))
                .withPropertyValues(
                        "corrosion.cluster.bootstrap=example.com",
                        "corrosion.node.region=property",
                        "corrosion.cluster.port=0",
                        "corrosion.node.data-directory=" + directory)
                .run(context -> {
                    CorrosionOptions options = context.getBean(CorrosionOptions.class);
                    assertThat(options.cluster().bootstrap()).containsExactly("127.0.0.1:1");
                    assertThat(options.region()).isEqualTo("bean");
                    assertThat(context.getBean(Corrosion.class).status().name()).isEqualTo("customized");
                });
    }
}
