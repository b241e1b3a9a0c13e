package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.CertificateSource;
import dev.corrosion.Corrosion;
import dev.corrosion.NodeCertificates;
import dev.corrosion.NodeStatus;
import dev.corrosion.tls.Tls;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Authorities and certificates in a directory, made by the tool. */
final class Pki {

    private final Path directory;

    Pki(Path directory) {
        this.directory = directory;
    }

    Pki authority(String name) {
        run(Clock.systemUTC(), "ca", "--out", directory.resolve(name).toString(), "--name", name);
        return this;
    }

    /** The directory of what a node needs. */
    Path issue(String authority, String name, String... more) {
        return issue(Clock.systemUTC(), authority, name, more);
    }

    Path issue(Clock clock, String authority, String name, String... more) {
        Path out = directory.resolve(authority + "-" + name);
        List<String> arguments = new ArrayList<>(List.of(
                "node", "--ca", directory.resolve(authority).toString(), "--out", out.toString(), "--name", name));
        arguments.addAll(List.of(more));
        run(clock, arguments.toArray(String[]::new));
        return out;
    }

    static CertificateSource files(Path node) {
        return CertificateSource.files(node.resolve("node.crt"), node.resolve("node.key"), node.resolve("ca.crt"));
    }

    static NodeCertificates read(Path node) {
        return files(node).load();
    }

    /** What a node shows. */
    static NodeStatus.Certificate own(Corrosion node) {
        return Objects.requireNonNull(node.status().certificates().own(), "no certificate");
    }

    /** What a node has seen of another. */
    static NodeStatus.Certificate shown(Corrosion node, ActorId other) {
        return Objects.requireNonNull(node.status().certificates().peers().get(other), "none seen");
    }

    /** The same, trusting other authorities, too. */
    static NodeCertificates trusting(NodeCertificates own, NodeCertificates... others) {
        List<X509Certificate> trusted = new ArrayList<>(own.trusted());
        for (NodeCertificates other : others) {
            trusted.addAll(other.trusted());
        }
        return new NodeCertificates(own.privateKey(), own.chain(), trusted);
    }

    /** An authority with an RSA key, which the tool does not make, and a node's key and certificate for each name. */
    static List<NodeCertificates> rsa(String... names) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair issuer = generator.generateKeyPair();
        X509Certificate authority = rsaSigned("authority", issuer.getPublic(), issuer, true);
        List<NodeCertificates> issued = new ArrayList<>();
        for (String name : names) {
            KeyPair node = generator.generateKeyPair();
            X509Certificate certificate = rsaSigned(name, node.getPublic(), issuer, false);
            issued.add(new NodeCertificates(node.getPrivate(), List.of(certificate), List.of(authority)));
        }
        return issued;
    }

    private static X509Certificate rsaSigned(String name, PublicKey key, KeyPair issuer, boolean authority)
            throws Exception {
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=authority"),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(30))),
                new X500Name("CN=" + name),
                key);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(issuer.getPrivate())));
    }

    private void run(Clock clock, String... arguments) {
        PrintStream silent = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        assertThat(new Tls(clock, silent, System.err).run(arguments)).isZero();
    }

    /** Gives what it was given last, and says so at once. */
    static final class Source implements CertificateSource {

        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        private volatile NodeCertificates current;

        Source(NodeCertificates first) {
            current = first;
        }

        @Override
        public NodeCertificates load() {
            return current;
        }

        @Override
        public Runnable onChange(Runnable changed) {
            listeners.add(changed);
            return () -> listeners.remove(changed);
        }

        void set(NodeCertificates next) {
            current = next;
            listeners.forEach(Runnable::run);
        }
    }
}
