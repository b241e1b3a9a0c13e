package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.CertificateSource;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clock passes the end of a certificate in use. */
@Timeout(120)
class ExpiredCertificateTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestCluster cluster;
    private final Pki pki;
    private final MovedClock clock = new MovedClock();

    ExpiredCertificateTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
        pki = new Pki(directory.resolve("pki")).authority("one");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Corrosion start(String name, CertificateSource certificates, Corrosion... seeds) {
        return cluster.start(
                cluster.options(name, null)
                        .certificates(certificates)
                        .bootstrap(List.of(seeds).stream()
                                .map(TestCluster::address)
                                .toList()),
                SnapshotPolicy.DEFAULT,
                new TestHost(clock));
    }

    @Test
    void linksGoOnNoNewOneComesAboutAndARenewalEndsIt() {
        Pki.Source source = new Pki.Source(Pki.read(pki.issue("one", "a", "--days", "2")));
        Corrosion a = start("a", source);
        Corrosion b = start("b", Pki.files(pki.issue("one", "b")), a);
        awaitMembers(a, 1);
        awaitMembers(b, 1);
        assertThat(a.status().warnings()).isEmpty();

        clock.advance(Duration.ofHours(40));
        assertThat(a.status().problems()).isEmpty();
        assertThat(a.status().warnings()).anyMatch(warning -> warning.contains("the certificate of this node expires"));
        clock.advance(Duration.ofHours(20));

        assertThat(a.status().problems())
                .anyMatch(problem -> problem.contains("the certificate of this node has expired")
                        && problem.contains("corrosion.security.bundle"));
        assertThat(b.status().problems()).isEmpty();
        assertThat(b.status().warnings())
                .anyMatch(warning -> warning.contains("the certificate of member " + a.actorId() + " has expired"));
        add(a, "on a link that is there");
        awaitSame(a, b);

        // Who comes anew gets to b, and not to a: what a writes comes by way of b.
        Corrosion c = start("c", Pki.files(pki.issue("one", "c")), a, b);
        awaitSame(a, c);
        await().atMost(PATIENCE).until(() -> refusedLinks(a) + refusedLinks(c) > 0);
        add(a, "by way of b");
        awaitSame(a, c);
        assertThat(b.status().certificates().peers()).containsKey(c.actorId());
        assertThat(c.status().certificates().peers()).doesNotContainKey(a.actorId());

        source.set(Pki.read(pki.issue("one", "renewed")));
        await().atMost(PATIENCE).until(() -> a.status().problems().isEmpty());
        await().atMost(PATIENCE).until(() -> b.status().warnings().isEmpty());
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(c.status().certificates().peers()).containsKey(a.actorId()));
        awaitMembers(c, 2);
        add(c, "directly");
        awaitSame(a, c);
    }

    @Test
    void aNodeThatIsRestartedWithAnExpiredCertificateDoesNotStart() {
        Path files = pki.issue("one", "a", "--days", "2");
        cluster.stop(start("a", Pki.files(files)));
        clock.advance(Duration.ofDays(3));
        assertThatThrownBy(() -> start("a", Pki.files(files)))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("renew the certificate");
    }

    private static long refusedLinks(Corrosion node) {
        return node.status().counters().getOrDefault("corrosion.links.refused", 0L);
    }

    private static final class MovedClock extends Clock {

        private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

        void advance(Duration by) {
            ahead.updateAndGet(before -> before.plus(by));
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
