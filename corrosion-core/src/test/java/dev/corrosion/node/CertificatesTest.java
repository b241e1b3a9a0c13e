package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.CertificateSource;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeCertificates;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import dev.corrosion.WriteRule;
import dev.corrosion.transport.identity.CertificateFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with certificates of an authority: who is let in, and how certificates are replaced. */
@Timeout(120)
class CertificatesTest {

    private final TestCluster cluster;
    private final Pki pki;

    CertificatesTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
        pki = new Pki(directory.resolve("pki"));
    }

    @BeforeEach
    void authority() {
        pki.authority("one");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Corrosion start(String name, CertificateSource certificates) {
        return cluster.start(cluster.options(name, null).certificates(certificates));
    }

    private static String fingerprint(NodeCertificates certificates) {
        return CertificateFacts.fingerprint(certificates.chain().get(0));
    }

    @Test
    void filesOfTheToolMakeACluster() {
        Corrosion a = start("a", Pki.files(pki.issue("one", "a")));
        Corrosion b = start("b", Pki.files(pki.issue("one", "b")));
        awaitMembers(a, 1);
        add(b, "1");
        awaitSame(a, b);
        NodeStatus status = a.status();
        assertThat(status.security()).isEqualTo("certificates");
        assertThat(Pki.own(a).subject()).isEqualTo("CN=a");
        assertThat(Pki.shown(a, b.actorId()).subject()).isEqualTo("CN=b");
        assertThat(status.problems()).isEmpty();
        assertThat(status.warnings()).isEmpty();
    }

    @Test
    void keysMayBeRsa() throws Exception {
        List<NodeCertificates> issued = Pki.rsa("a", "b");
        Corrosion a = start("a", new Pki.Source(issued.get(0)));
        Corrosion b = start("b", new Pki.Source(issued.get(1)));
        awaitMembers(a, 1);
        assertThat(Pki.shown(a, b.actorId()).subject()).isEqualTo("CN=b");
    }

    @Test
    void aCertificateThatNamesAnActorServesThatActorOnly() {
        Path unbound = pki.issue("one", "a");
        Corrosion a = start("a", Pki.files(unbound));
        Path bound = pki.issue("one", "bound", "--actor", a.actorId().toString());
        cluster.stop(a);
        Corrosion again = start("a", Pki.files(bound));
        assertThat(Pki.own(again).subject()).isEqualTo("CN=bound");
        assertThatThrownBy(() -> start("b", Pki.files(bound)))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("was issued to actor " + again.actorId());
    }

    @Test
    void aNodeOfAnotherAuthorityIsNotLetIn() {
        pki.authority("two");
        Corrosion a = start("a", Pki.files(pki.issue("one", "a")));
        Corrosion b = start("b", Pki.files(pki.issue("two", "b")));
        await().atMost(Duration.ofSeconds(15)).until(() -> counter(a, "refused") + counter(b, "refused") >= 2);
        assertThat(a.status().members()).isEmpty();
        assertThat(b.status().members()).isEmpty();
    }

    @Test
    void tagsInCertificatesSayWhoMayWriteAndWhatANodeSaysItselfDoesNot() {
        Corrosion a = start("a", Pki.files(pki.issue("one", "a", "--tags", "ops")));
        WriteRule byTag = new WriteRule(List.of("label"), Set.of(), Set.of("ops"));
        WriteRule byId = new WriteRule(List.of("todo"), Set.of(a.actorId()), Set.of());
        cluster.stop(a);
        a = cluster.start(cluster.options("a", null)
                .certificates(Pki.files(pki.issue("one", "again", "--tags", "ops")))
                .writeRules(List.of(byTag)));
        Corrosion b = cluster.start(cluster.options("b", null)
                .certificates(Pki.files(pki.issue("one", "b")))
                .writeRules(List.of(byTag, byId)));
        Corrosion c = start("c", Pki.files(pki.issue("one", "c")));
        List.of(a, b, c).forEach(node -> awaitMembers(node, 2));
        c.write(Statement.of("INSERT INTO label VALUES ('x', 'of a node without rules')"));
        a.write(Statement.of("INSERT INTO label VALUES ('x', 'y')"));
        // The certificate does not say that it is who it is.
        add(a, "unproved");
        await().atMost(Duration.ofSeconds(15)).until(() -> labels(b).equals(List.of("y")));
        assertThat(labels(a)).containsExactly("y");
        assertThatThrownBy(() -> b.write(Statement.of("INSERT INTO label VALUES ('x', 'z')")))
                .isInstanceOf(CorrosionException.class);
        await().during(Duration.ofSeconds(1)).until(() -> todos(b).isEmpty());
    }

    private static List<String> labels(Corrosion node) {
        return node.query(Statement.of("SELECT name FROM label ORDER BY name")).stream()
                .map(row -> String.valueOf(row.get("name")))
                .toList();
    }

    private static long counter(Corrosion node, String part) {
        return node.status().counters().entrySet().stream()
                .filter(counter -> counter.getKey().contains(part))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Test
    void whatCannotBeUsedIsRefusedAtTheStartWithAReason() throws IOException {
        Clock longAgo = Clock.fixed(Instant.now().minus(Duration.ofDays(10)), ZoneOffset.UTC);
        Path expired = pki.issue(longAgo, "one", "expired", "--days", "2");
        assertThatThrownBy(() -> start("a", Pki.files(expired)))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("CN=expired")
                .hasMessageContaining("renew the certificate");
        Path fitting = pki.issue("one", "a");
        Path other = pki.issue("one", "b");
        CertificateSource mixed = CertificateSource.files(
                fitting.resolve("node.crt"), other.resolve("node.key"), fitting.resolve("ca.crt"));
        assertThatThrownBy(() -> start("a", mixed)).hasMessageContaining("the private key does not fit");
        assertThatThrownBy(() -> start("a", Pki.files(Path.of("nowhere"))))
                .hasMessageContaining("cannot be read: it is not there");
        Path nonsense = Files.writeString(fitting.resolve("nonsense"), "nonsense");
        assertThatThrownBy(() -> start(
                        "a", CertificateSource.files(nonsense, fitting.resolve("node.key"), fitting.resolve("ca.crt"))))
                .hasMessageContaining("there is no certificate in " + nonsense);
    }

    @Test
    void aSecretAndCertificatesAreOneTooMany() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.options("a", TestCluster.SECRET)
                        .certificates(Pki.files(Path.of("x")))
                        .build())
                .withMessageContaining("both a cluster secret and certificates");
    }

    @Test
    void anAuthorityIsReplacedUnderLoadAndNoWriteIsLost() {
        pki.authority("two");
        List<NodeCertificates> old = List.of(
                Pki.read(pki.issue("one", "a")), Pki.read(pki.issue("one", "b")), Pki.read(pki.issue("one", "c")));
        List<NodeCertificates> next = List.of(
                Pki.read(pki.issue("two", "a")), Pki.read(pki.issue("two", "b")), Pki.read(pki.issue("two", "c")));
        List<Pki.Source> sources = old.stream().map(Pki.Source::new).toList();
        List<Corrosion> nodes =
                List.of(start("a", sources.get(0)), start("b", sources.get(1)), start("c", sources.get(2)));
        nodes.forEach(node -> awaitMembers(node, 2));

        AtomicBoolean writing = new AtomicBoolean(true);
        AtomicInteger written = new AtomicInteger();
        Thread writer = new Thread(() -> {
            while (writing.get()) {
                int n = written.incrementAndGet();
                add(nodes.get(n % 3), "w" + n);
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 3; i++) {
                sources.get(i).set(Pki.trusting(old.get(i), next.get(i)));
            }
            awaitShown(nodes, old);
            for (int i = 0; i < 3; i++) {
                sources.get(i).set(Pki.trusting(next.get(i), old.get(i)));
            }
            awaitShown(nodes, next);
            for (int i = 0; i < 3; i++) {
                sources.get(i).set(next.get(i));
            }
            awaitShown(nodes, next);
        } finally {
            writing.set(false);
            join(writer);
        }
        nodes.forEach(node ->
                await().atMost(Duration.ofSeconds(30)).until(() -> todos(node).size() == written.get()));
        assertThat(written.get()).isGreaterThan(100);
        // Never suspected: links were replaced, not lost.
        nodes.forEach(node -> awaitMembers(node, 2));
        nodes.forEach(node -> assertThat(node.status().warnings()).isEmpty());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until every node has seen the certificates of all others, and shows its own. */
    private static void awaitShown(List<Corrosion> nodes, List<NodeCertificates> certificates) {
        for (Corrosion node : nodes) {
            for (int i = 0; i < nodes.size(); i++) {
                String wanted = fingerprint(certificates.get(i));
                Corrosion other = nodes.get(i);
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    NodeStatus.Certificates seen = node.status().certificates();
                    NodeStatus.Certificate shown =
                            other == node ? seen.own() : seen.peers().get(other.actorId());
                    return shown != null && shown.fingerprint().equals(wanted);
                });
            }
        }
    }

    @Test
    void filesThatAreReplacedAreTakenUpAndBadOnesAreNot() throws IOException {
        Path used = pki.issue("one", "used");
        Corrosion a = start("a", Pki.files(used));
        Corrosion b = start("b", Pki.files(pki.issue("one", "b")));
        awaitMembers(a, 1);
        String first = Pki.own(a).fingerprint();

        Path renewed = pki.issue("one", "renewed");
        Files.copy(renewed.resolve("node.crt"), used.resolve("node.crt"), StandardCopyOption.REPLACE_EXISTING);
        await().atMost(Duration.ofSeconds(30)).until(() -> a.status().warnings().stream()
                .anyMatch(warning ->
                        warning.contains("the private key does not fit") && warning.contains("the old one is in use")));
        assertThat(Pki.own(a).fingerprint()).isEqualTo(first);
        assertThat(a.status().problems()).isEmpty();
        add(a, "1");
        awaitSame(a, b);

        Files.copy(renewed.resolve("node.key"), used.resolve("node.key"), StandardCopyOption.REPLACE_EXISTING);
        String wanted = fingerprint(Pki.read(renewed));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Pki.shown(b, a.actorId()).fingerprint().equals(wanted));
        assertThat(a.status().warnings()).isEmpty();
        add(b, "2");
        awaitSame(a, b);
    }
}
