package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What to do when the node cannot be opened for a reason that lies outside of it. */
final class OpeningFailure {

    private static final String MUSL =
            "This system has musl instead of glibc, as Alpine does, for which there is no QUIC library. Use an image with"
                    + " glibc, such as eclipse-temurin:17-jre or any that is based on Debian, Ubuntu or Red Hat.";

    private static final Optional<String> CERTIFICATES = Optional.of(
            "Correct what the SSL bundle is made of (corrosion.security.bundle names it, spring.ssl.bundle.pem.* defines"
                    + " it): the node's key and certificate, with those between it and the authority, and the authorities"
                    + " that are trusted. The tool dev.corrosion.tls.Tls shows what is in a file and makes new ones.");

    private OpeningFailure() {}

    static Optional<String> action(List<Throwable> causes) {
        return causes.stream()
                .flatMap(cause -> action(cause).stream())
                .findFirst()
                .or(() -> causes.stream().anyMatch(OpeningFailure::isOfCertificates) ? CERTIFICATES : Optional.empty());
    }

    /** Less exact than what is known of other causes, so looked at last. */
    private static boolean isOfCertificates(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return cause instanceof CorrosionException
                && (message.contains("certificate")
                        || message.contains("private key")
                        || message.contains("ssl bundle")
                        || message.contains("-----begin"));
    }

    private static Optional<String> action(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (cause instanceof BindException) {
            return Optional.of(message.contains("in use") ? portInUse() : addressNotHere());
        }
        if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
            return Optional.of(
                    "Compare the clock of this machine with that of the others, and the certificate's dates with"
                            + " both: a certificate that has expired must be renewed; one that is not valid yet mostly means"
                            + " that a clock is wrong.");
        }
        if (message.contains("is open in another node or process")) {
            return Optional.of("Stop the other process, or give this one a directory of its own with"
                    + " corrosion.node.data-directory: two nodes with one database would give the same version to"
                    + " different transactions.");
        }
        boolean ofLibrary = message.contains("sqlite") || message.contains("netty") || message.contains("quic");
        if (message.contains("native library")
                || cause instanceof UnsatisfiedLinkError
                || (cause instanceof LinkageError && ofLibrary)) {
            return Optional.of(nativeLibrary(hasMusl()));
        }
        return Optional.empty();
    }

    private static String portInUse() {
        return "Stop what listens on that UDP port, or choose another with corrosion.cluster.port (0 for any free one; if"
                + " it is not set at all, another one is taken by itself). Nodes that others look for by"
                + " corrosion.cluster.bootstrap need a port that is known.";
    }

    private static String addressNotHere() {
        return "Set corrosion.cluster.host to an address of this machine, or remove it. If others reach this node under"
                + " another address, as behind NAT or in a container, that is corrosion.cluster.advertised-host.";
    }

    static String nativeLibrary(boolean musl) {
        return musl
                ? MUSL
                : "Check that the jars netty-codec-native-quic of this platform, in the version of"
                        + " netty-codec-classes-quic, and sqlite-jdbc are on the class path, and that java.io.tmpdir may"
                        + " hold and run libraries (no noexec). For Alpine and other systems with musl there is no QUIC"
                        + " library: use an image with glibc.";
    }

    /** The loader of musl lies in /lib under this name on all architectures. */
    private static boolean hasMusl() {
        Path libraries = Path.of("/lib");
        if (!Files.isDirectory(libraries)) {
            return false;
        }
        try (DirectoryStream<Path> loaders = Files.newDirectoryStream(libraries, "ld-musl-*")) {
            return loaders.iterator().hasNext();
        } catch (IOException unreadable) {
            return false; // the general advice names musl, too
        }
    }
}
