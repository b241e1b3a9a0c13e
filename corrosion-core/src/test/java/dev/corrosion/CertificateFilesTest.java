package dev.corrosion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {

    private final Path directory;

    CertificateFilesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Path pem(String label, byte[] content) throws IOException {
        String text = "what is around it\n-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + label + "-----\n";
        return Files.writeString(directory.resolve("key"), text);
    }

    @Test
    void keysAreReadInTheFormsThatOpenSslWrites() throws Exception {
        KeyPairGenerator curves = KeyPairGenerator.getInstance("EC");
        curves.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair elliptic = curves.generateKeyPair();
        assertThat(Pem.privateKey(pem("PRIVATE KEY", elliptic.getPrivate().getEncoded())))
                .isEqualTo(elliptic.getPrivate());
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(elliptic.getPrivate().getEncoded());
        ASN1Encodable curve = info.getPrivateKeyAlgorithm().getParameters();
        ECPrivateKey older = new ECPrivateKey(
                256, ECPrivateKey.getInstance(info.parsePrivateKey()).getKey(), curve);
        assertThat(Pem.privateKey(pem("EC PRIVATE KEY", older.getEncoded())))
                .extracting(key -> ((java.security.interfaces.ECPrivateKey) key).getS())
                .isEqualTo(((java.security.interfaces.ECPrivateKey) elliptic.getPrivate()).getS());

        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        PrivateKeyInfo outer = PrivateKeyInfo.getInstance(rsa.getPrivate().getEncoded());
        assertThat(Pem.privateKey(pem(
                        "RSA PRIVATE KEY",
                        outer.parsePrivateKey().toASN1Primitive().getEncoded())))
                .isEqualTo(rsa.getPrivate());
    }

    @Test
    void whatCannotBeReadIsSaidWithWhatToDo() throws IOException {
        Path encrypted = pem("ENCRYPTED PRIVATE KEY", new byte[16]);
        assertThatThrownBy(() -> Pem.privateKey(encrypted))
                .hasMessageContaining("is encrypted")
                .hasMessageContaining("openssl pkey");
        Path broken = pem("PRIVATE KEY", new byte[16]);
        assertThatThrownBy(() -> Pem.privateKey(broken)).hasMessageContaining(broken + " cannot be read");
        Path brokenCertificate = pem("CERTIFICATE", new byte[16]);
        assertThatThrownBy(() -> Pem.certificates(brokenCertificate))
                .hasMessageContaining(brokenCertificate + " cannot be read");
    }
}
