package dev.corrosion.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.junit.jupiter.api.Test;

/** What we write is read by others: by the Java runtime, and by BouncyCastle, which writes the same bytes for it. */
class CertificatesTest {

    private static final X500Principal ISSUER = new X500Principal("CN=Corrosion cluster");
    private static final KeyPair KEY = SecretKeys.development();

    /** Longer than 127 and than 255 bytes as a name: the lengths have one, two and three bytes. */
    private static final String LONG_URI = "urn:corrosion:actor:" + "x".repeat(300);

    @Test
    void anAuthorityMayIssueLeavesAndNothingElse() throws Exception {
        X509Certificate authority = Certificates.authority(ISSUER, KEY);
        assertThat(authority.getVersion()).isEqualTo(3);
        assertThat(authority.getSubjectX500Principal()).isEqualTo(ISSUER).isEqualTo(authority.getIssuerX500Principal());
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(authority.getKeyUsage())
                .containsExactly(false, false, false, false, false, true, false, false, false);
        assertThat(authority.getNotBefore()).isEqualTo("2020-01-01T00:00:00Z");
        assertThat(authority.getNotAfter()).isEqualTo("9999-12-31T23:59:59Z");
        assertThat(authority.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertThatCode(() -> authority.verify(KEY.getPublic())).doesNotThrowAnyException();
        assertThatBytesAreDistinguished(authority);
    }

    @Test
    void aLeafIsForBothRolesAndNamesItsActor() throws Exception {
        for (String uri : List.of("urn:corrosion:actor:a", LONG_URI)) {
            X509Certificate leaf = leaf(uri, Instant.parse("2049-12-31T23:59:59Z"));
            assertThat(leaf.getSerialNumber()).isEqualTo(new BigInteger("80", 16));
            assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
            assertThat(leaf.getKeyUsage())
                    .containsExactly(true, false, false, false, false, false, false, false, false);
            assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1");
            assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, uri));
            assertThatCode(() -> leaf.verify(KEY.getPublic())).doesNotThrowAnyException();
            assertThatBytesAreDistinguished(leaf);
        }
    }

    @Test
    void theYearHasFourDigitsFrom2050On() throws Exception {
        for (String end : List.of("2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "2100-02-28T01:02:03Z")) {
            assertThat(leaf("urn:x", Instant.parse(end)).getNotAfter()).isEqualTo(end);
        }
    }

    private static X509Certificate leaf(String uri, Instant end) throws Exception {
        var leaf = new Certificates.Leaf(
                new X500Principal("CN=a"),
                uri,
                KEY.getPublic(),
                new BigInteger("80", 16),
                Instant.parse("2026-01-01T00:00:00Z"),
                end);
        return Certificates.leaf(leaf, ISSUER, KEY.getPrivate());
    }

    private static void assertThatBytesAreDistinguished(X509Certificate certificate) throws Exception {
        byte[] ours = certificate.getEncoded();
        assertThat(ASN1Primitive.fromByteArray(ours).getEncoded(ASN1Encoding.DER))
                .isEqualTo(ours);
    }
}
