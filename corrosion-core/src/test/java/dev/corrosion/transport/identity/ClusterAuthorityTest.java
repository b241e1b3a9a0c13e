package dev.corrosion.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.ActorId;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

class ClusterAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String SECRET = "correct horse battery staple";
    private static final ClusterAuthority AUTHORITY = ClusterAuthority.fromSecret(SECRET);
    private static final ActorId ACTOR = new ActorId(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));

    @Test
    void theSameSecretYieldsTheSameAuthority() throws Exception {
        X509Certificate again = ClusterAuthority.fromSecret(SECRET).certificate();
        assertThat(again.getPublicKey()).isEqualTo(AUTHORITY.certificate().getPublicKey());
        assertThat(again.getSubjectX500Principal())
                .isEqualTo(AUTHORITY.certificate().getSubjectX500Principal());
        assertThat(ClusterAuthority.fromSecret(SECRET + "!").certificate().getPublicKey())
                .isNotEqualTo(again.getPublicKey());
        assertThatCode(() -> again.verify(again.getPublicKey())).doesNotThrowAnyException();
    }

    @Test
    void theAuthorityOfASecretNeverChangesBetweenReleases() {
        // Computed apart from this code, by Python's hashlib and textbook curve arithmetic.
        byte[] key = AUTHORITY.certificate().getPublicKey().getEncoded();
        assertThat(HexFormat.of().formatHex(key))
                .endsWith("abbc986ab2841098e5c06c9f201a06ec36af76841e3534d252cdc57da9475c50fa");
    }

    @Test
    void aShortSecretIsRefusedWithAdvice() {
        assertThatThrownBy(() -> ClusterAuthority.fromSecret("short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("openssl rand");
    }

    @Test
    void eachNodeGetsItsOwnKeyAndACertificateThatNamesTheActor() throws Exception {
        NodeIdentity one = AUTHORITY.issue(ACTOR, NOW);
        NodeIdentity two = AUTHORITY.issue(ACTOR, NOW);
        assertThat(one.certificate().getPublicKey())
                .isNotEqualTo(two.certificate().getPublicKey());
        assertThat(ActorUri.read(one.certificate())).isEqualTo(ACTOR);
        assertThat(one.development()).isFalse();
        assertThat(one.toString()).doesNotContainIgnoringCase("key");
    }

    @Test
    void membersTrustEachOtherInBothRoles() {
        X509Certificate[] chain = {AUTHORITY.issue(ACTOR, NOW).certificate()};
        ClusterTrustManager trust = trust(ClusterAuthority.fromSecret(SECRET), NOW);
        assertThatCode(() -> trust.checkClientTrusted(chain, "UNKNOWN")).doesNotThrowAnyException();
        assertThatCode(() -> trust.checkServerTrusted(chain, "UNKNOWN")).doesNotThrowAnyException();
    }

    @Test
    void aCertificateOfAnotherSecretIsNotTrusted() {
        X509Certificate[] chain = {
            ClusterAuthority.fromSecret("another secret, long enough")
                    .issue(ACTOR, NOW)
                    .certificate()
        };
        assertThatThrownBy(() -> trust(AUTHORITY, NOW).checkClientTrusted(chain, "UNKNOWN"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("was not issued from this cluster's secret (corrosion.security.secret)");
    }

    @Test
    void theAuthorityItselfIsNotAPeer() {
        X509Certificate[] chain = {AUTHORITY.certificate()};
        assertThatThrownBy(() -> trust(AUTHORITY, NOW).checkClientTrusted(chain, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void noCertificateIsNotTrusted() {
        assertThatThrownBy(() -> trust(AUTHORITY, NOW).checkClientTrusted(new X509Certificate[0], "UNKNOWN"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("no certificate");
    }

    @Test
    void clocksMayDifferByADayButNotByTwo() {
        X509Certificate[] chain = {AUTHORITY.issue(ACTOR, NOW).certificate()};
        Instant behind = NOW.minus(Duration.ofHours(23));
        assertThatCode(() -> trust(AUTHORITY, behind).checkClientTrusted(chain, "UNKNOWN"))
                .doesNotThrowAnyException();
        Instant farBehind = NOW.minus(Duration.ofDays(2));
        assertThatThrownBy(() -> trust(AUTHORITY, farBehind).checkClientTrusted(chain, "UNKNOWN"))
                .hasMessageContaining("check the clocks");
    }

    @Test
    void aCertificateWithoutAWellFormedActorIsRefused() throws Exception {
        assertThatThrownBy(() -> ActorUri.read(leaf("urn:something:else")))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("no actor");
        assertThatThrownBy(() -> ActorUri.read(leaf("urn:corrosion:actor:nonsense")))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not a UUID");
        assertThatThrownBy(() -> ActorUri.read(leaf("urn:corrosion:actor:1-1-1-1-1")))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not a UUID");
        assertThatThrownBy(() -> trust(AUTHORITY, NOW)
                        .checkClientTrusted(new X509Certificate[] {leaf("urn:something:else")}, "UNKNOWN"))
                .hasMessageContaining("no actor");
    }

    private static ClusterTrustManager trust(ClusterAuthority authority, Instant now) {
        return new ClusterTrustManager(authority.issue(ACTOR, now), Clock.fixed(now, ZoneOffset.UTC));
    }

    /** Issued by the real authority, but with any name. */
    private static X509Certificate leaf(String uri) throws Exception {
        var pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        var leaf = new Certificates.Leaf(
                new X500Principal("CN=test"),
                uri,
                pair.getPublic(),
                BigInteger.TWO,
                NOW.minusSeconds(60),
                NOW.plusSeconds(60));
        return Certificates.leaf(
                leaf,
                new X500Principal("CN=Corrosion cluster"),
                SecretKeys.fromSecret(SECRET).getPrivate());
    }
}
