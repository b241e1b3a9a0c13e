package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node is shut out. */
@Timeout(120)
class RevocationTest {

    private final TestCluster cluster;
    private final Pki pki;
    private final Path directory;

    RevocationTest(@TempDir Path directory) {
        this.directory = directory;
        cluster = new TestCluster(directory);
        pki = new Pki(directory.resolve("pki"));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static void awaitGone(Corrosion node, ActorId actor) {
        await().atMost(Duration.ofSeconds(2)).until(() -> node.status().members().stream()
                .noneMatch(member -> member.id().equals(actor)));
    }

    @Test
    void aRevokedActorIsCutAtOnceAndDoesNotReturn() {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        Corrosion c = cluster.start("c");
        List.of(a, b, c).forEach(node -> awaitMembers(node, 2));
        ActorId out = c.actorId();
        a.revoke(List.of(out.toString()));
        b.revoke(List.of(out.toString()));
        awaitGone(a, out);
        awaitGone(b, out);

        add(c, "unheard");
        add(a, "1");
        awaitSame(a, b);
        // It comes again, with the same database, and asks.
        cluster.stop(c);
        Corrosion again = cluster.start("c");
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .until(() -> a.status().members().size() == 1
                        && b.status().members().size() == 1
                        && again.status().missingVersions() == 0);
        assertThat(todos(a)).hasSize(1);
        assertThat(todos(again)).hasSize(1).isNotEqualTo(todos(a));
        awaitMembers(a, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.revoke(List.of(a.actorId().toString())))
                .withMessageContaining("this node itself");
    }

    @Test
    void aRevokedCertificateIsCutAndAnotherIsLetIn() throws IOException {
        pki.authority("one");
        Path revoked = Files.writeString(directory.resolve("revoked"), "# nobody yet\n");
        Corrosion a = cluster.start(cluster.options("a", null)
                .certificates(Pki.files(pki.issue("one", "a")))
                .revokedFile(revoked));
        Corrosion b = cluster.start(cluster.options("b", null).certificates(Pki.files(pki.issue("one", "b"))));
        awaitMembers(a, 1);
        String fingerprint = Pki.shown(a, b.actorId()).fingerprint();
        Files.writeString(revoked, fingerprint + " # lost on the train\n");
        await().atMost(Duration.ofSeconds(10)).until(() -> a.status().members().isEmpty());
        add(b, "unheard");
        await().during(Duration.ofSeconds(1)).until(() -> todos(a).isEmpty());

        cluster.stop(b);
        Corrosion renewed =
                cluster.start(cluster.options("b", null).certificates(Pki.files(pki.issue("one", "renewed"))));
        awaitMembers(renewed, 1);
        await().atMost(Duration.ofSeconds(30)).until(() -> todos(a).size() == 1);
    }

    @Test
    void whoIsRevokedByTheOptionsIsNotAMemberAfterARestartEither() {
        Corrosion a = cluster.start("a");
        Corrosion b = cluster.start("b");
        awaitMembers(a, 1);
        cluster.stop(a);
        Corrosion again = cluster.start(cluster.options("a", TestCluster.SECRET)
                .revoked(List.of(b.actorId().toString())));
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .until(() -> again.status().members().isEmpty());
    }

    @Test
    void aListThatCannotBeReadIsAnErrorAtTheStartOnly() throws IOException {
        assertThatThrownBy(() ->
                        cluster.start(cluster.options("a", TestCluster.SECRET).revoked(List.of("somebody"))))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("'somebody' cannot be revoked");
        Path file = Files.writeString(directory.resolve("revoked"), "ab:cd\n");
        Corrosion a = cluster.start(cluster.options("a", TestCluster.SECRET).revokedFile(file));
        Files.writeString(file, "somebody\n");
        await().atMost(Duration.ofSeconds(10)).until(() -> a.status().warnings().stream()
                .anyMatch(warning -> warning.contains("the list of the revoked is not up to date")));
    }
}
