package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.corrosion.Corrosion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster gets another secret, one node after the other. */
class SecretRotationTest {

    private static final String OLD = "the secret of the year before";
    private static final String NEW = "the secret of this year, a longer one";

    private final TestCluster cluster;

    SecretRotationTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Corrosion restart(Corrosion node, String name, String secret, String... accepted) {
        cluster.stop(node);
        return cluster.start(cluster.options(name, secret).acceptedSecrets(List.of(accepted)));
    }

    private static void requireCluster(Corrosion a, Corrosion b, String row) {
        awaitMembers(a, 1);
        awaitMembers(b, 1);
        add(b, row);
        awaitSame(a, b);
    }

    @Test
    void nodesMeetAtEachStepOfAReplacement() {
        Corrosion a = cluster.start("a", OLD);
        Corrosion b = cluster.start("b", OLD);
        requireCluster(a, b, "0");
        b = restart(b, "b", OLD, NEW);
        requireCluster(a, b, "1");
        a = restart(a, "a", OLD, NEW);
        requireCluster(b, a, "2");
        b = restart(b, "b", NEW, OLD);
        requireCluster(a, b, "3");
        a = restart(a, "a", NEW, OLD);
        requireCluster(b, a, "4");
        b = restart(b, "b", NEW);
        requireCluster(a, b, "5");
    }

    @Test
    void aSecretThatIsAcceptedMustBeLongEnoughToo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.options("a", OLD)
                        .acceptedSecrets(List.of("short"))
                        .build())
                .withMessageContaining("openssl rand");
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(cluster.options("a", OLD)
                        .acceptedSecrets(List.of(NEW))
                        .build()
                        .toString())
                .doesNotContain(OLD)
                .doesNotContain(NEW);
    }
}
