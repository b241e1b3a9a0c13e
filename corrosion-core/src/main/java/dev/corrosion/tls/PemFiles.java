package dev.corrosion.tls;

import dev.corrosion.CertificateSource;
import dev.corrosion.CorrosionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Set;

/** The tool's directories: PEM files (RFC 7468), never overwritten, keys for their owner only. */
final class PemFiles {

    static final String AUTHORITY = "ca.crt";
    static final String AUTHORITY_KEY = "ca.key";
    static final String NODE = "node.crt";
    static final String NODE_KEY = "node.key";

    private static final int LINE = 64;

    private PemFiles() {}

    /** Refuses to go on if one of these files is there. */
    static void requireNone(Path directory, String... names) {
        for (String name : names) {
            if (Files.exists(directory.resolve(name))) {
                throw new UsageException(directory.resolve(name)
                        + " is there already and is not overwritten: choose another directory, or move it away");
            }
        }
    }

    static void write(Path directory, String name, X509Certificate certificate) {
        try {
            create(directory, name, "CERTIFICATE", certificate.getEncoded(), "rw-r--r--");
        } catch (CertificateEncodingException e) {
            throw new UsageException("a certificate could not be written: " + e.getMessage(), e);
        }
    }

    static void write(Path directory, String name, PrivateKey key) {
        create(directory, name, "PRIVATE KEY", key.getEncoded(), "rw-------");
    }

    private static void create(Path directory, String name, String label, byte[] content, String mode) {
        Path file = directory.resolve(name);
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + label
                + "-----\n";
        try {
            Files.createDirectories(directory);
            // The mode from the beginning: a key must not be there for all to read, not even for a moment.
            FileAttribute<?>[] attributes = hasModes(directory)
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                    }
                    : new FileAttribute<?>[0];
            try (var channel = Files.newByteChannel(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
                channel.write(StandardCharsets.US_ASCII.encode(text));
            }
        } catch (IOException e) {
            throw new UsageException(file + " cannot be written: " + e, e);
        }
    }

    /** Whether files have an owner and modes there, as they do everywhere but on Windows. */
    static boolean hasModes(Path directory) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    static Authority authority(Path directory) {
        try {
            var read = CertificateSource.files(
                            directory.resolve(AUTHORITY),
                            directory.resolve(AUTHORITY_KEY),
                            directory.resolve(AUTHORITY))
                    .load();
            return new Authority(read.chain().get(0), read.privateKey());
        } catch (CorrosionException e) {
            throw new UsageException(e.getMessage() + ". --ca names the directory that the command ca has made", e);
        }
    }
}
