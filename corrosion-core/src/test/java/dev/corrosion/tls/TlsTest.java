package dev.corrosion.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.CertificateSource;
import dev.corrosion.NodeCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    private final Path directory;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    TlsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private int run(String... arguments) {
        return new Tls(
                        Clock.systemUTC(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(arguments);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void aNodesCertificateIsIssuedByTheAuthorityAndNamesTheActor() throws Exception {
        String actor = UUID.randomUUID().toString();
        assertThat(run("ca", "--out", path("ca"), "--name", "our authority")).isZero();
        assertThat(run("node", "--ca", path("ca"), "--out", path("a"), "--actor", actor, "--days", "7"))
                .isZero();
        Path node = directory.resolve("a");
        NodeCertificates read = CertificateSource.files(
                        node.resolve("node.crt"), node.resolve("node.key"), node.resolve("ca.crt"))
                .load();
        read.chain().get(0).verify(read.trusted().get(0).getPublicKey());
        out.reset();
        assertThat(run("show", path("a/node.crt"))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("urn:corrosion:actor:" + actor, "CN=our authority", "fingerprint  ", "serial  ");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keysAreForTheirOwnerOnly() throws IOException {
        run("ca", "--out", path("ca"));
        run("node", "--ca", path("ca"), "--out", path("a"));
        for (String key : new String[] {"ca/ca.key", "a/node.key"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(key))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        run("ca", "--out", path("ca"));
        byte[] key = Files.readAllBytes(directory.resolve("ca/ca.key"));
        assertThat(run("ca", "--out", path("ca"))).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("ca.crt is there already and is not overwritten");
        assertThat(Files.readAllBytes(directory.resolve("ca/ca.key"))).isEqualTo(key);
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThat(run("node", "--ca", path("none"), "--out", path("a"))).isEqualTo(1);
        assertThat(run("ca")).isEqualTo(1);
        assertThat(run("ca", "--out", path("x"), "--days", "0")).isEqualTo(1);
        assertThat(run("ca", "--outt", path("x"))).isEqualTo(1);
        assertThat(run("cat")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("tls: "))
                .anyMatch(line -> line.contains("--ca names the directory"))
                .anyMatch(line -> line.contains("--out is missing"))
                .anyMatch(line -> line.contains("--days must be a number of days"))
                .anyMatch(line -> line.contains("there is no option --outt"))
                .anyMatch(line -> line.contains("there is no command cat"));
    }
}
