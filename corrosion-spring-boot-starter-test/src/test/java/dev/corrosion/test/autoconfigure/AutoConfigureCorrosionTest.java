package dev.corrosion.test.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import dev.corrosion.spring.autoconfigure.CorrosionConnectionDetails;
import dev.corrosion.test.TestCluster;
import dev.corrosion.test.TestNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class AutoConfigureCorrosionTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(CorrosionTestAutoConfiguration.class, CorrosionAutoConfiguration.class));

    private static Statement insert(String item) {
        return Statement.of("INSERT INTO stock VALUES (?, 1, NULL)", item);
    }

    @Test
    void nothingOfTheProductionReachesTheTest(@TempDir Path production) {
        runner.withPropertyValues(
                        "spring.application.name=shop",
                        "corrosion.node.data-directory=" + production.resolve("data"),
                        "corrosion.cluster.host=0.0.0.0",
                        "corrosion.cluster.port=8787",
                        "corrosion.cluster.advertised-host=192.0.2.1",
                        "corrosion.security.secret=the secret of the production",
                        "corrosion.cluster.sync-interval=3s")
                .withBean(CorrosionConnectionDetails.class, () -> () -> List.of("192.0.2.2:8787"))
                .run(context -> {
                    NodeStatus status = context.getBean(Corrosion.class).status();
                    TestNode node = context.getBean(TestCluster.class).application();
                    assertThat(status.name()).isEqualTo("shop");
                    assertThat(status.address().getAddress().isLoopbackAddress())
                            .isTrue();
                    assertThat(status.database().toRealPath())
                            .startsWith(node.directory().toRealPath());
                    assertThat(production.resolve("data")).doesNotExist();
                    CorrosionOptions options = context.getBean(CorrosionOptions.class);
                    assertThat(options.secret()).isNull();
                    assertThat(options.cluster().bootstrap()).isEmpty();
                    assertThat(options.syncInterval()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(options.membership().smallProbeInterval()).isLessThan(Duration.ofMillis(500));
                });
    }

    @Test
    void thePeersRestWithTheContextComeBackWithItAndGoWithIt() {
        AtomicReference<Path> directory = new AtomicReference<>();
        runner.withPropertyValues("corrosion.test.nodes=3").run(context -> {
            TestCluster cluster = context.getBean(TestCluster.class);
            Corrosion corrosion = context.getBean(Corrosion.class);
            directory.set(cluster.application().directory().getParent());
            assertThat(directory.get()).exists();
            assertThat(corrosion.status().members()).hasSize(2);
            corrosion.write(insert("apples"));
            cluster.awaitConverged(SOON);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> cluster.kill(cluster.application()))
                    .withMessageContaining("stop the context");
            cluster.stop(cluster.node(2));

            context.stop();
            assertThat(cluster.nodes()).noneMatch(TestNode::isRunning);

            context.start();
            assertThat(cluster.nodes()).extracting(TestNode::isRunning).containsExactly(true, true, false);
            cluster.restore();
            corrosion.write(insert("pears"));
            cluster.awaitConverged(SOON);
            assertThat(cluster.node(2).query("SELECT * FROM stock")).hasSize(2);
        });
        assertThat(Files.exists(directory.get())).isFalse();
    }

    @Test
    void anApplicationWithoutANodeHasNoClusterEither() {
        runner.withPropertyValues("corrosion.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TestCluster.class));
    }
}
