package dev.corrosion.transport.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.transport.identity.ClusterAuthority;
import dev.corrosion.transport.identity.NodeIdentity;
import java.security.Principal;
import java.time.Instant;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

class IdentityKeyManagerTest {

    private static final Principal[] OTHERS = {new X500Principal("CN=somebody else")};

    private final NodeIdentity identity =
            ClusterAuthority.development().issue(new ActorId(new UUID(7, 1)), Instant.parse("2026-01-01T00:00:00Z"));
    private final IdentityKeyManager keys = new IdentityKeyManager(identity);

    @Test
    void theOneCertificateIsShownToWhoCanUseItsKindOfKey() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        String alias = keys.chooseEngineServerAlias("EC", null, engine);

        assertThat(alias).isNotNull();
        assertThat(keys.getPrivateKey(alias)).isEqualTo(identity.privateKey());
        assertThat(keys.getCertificateChain(alias)).containsExactly(identity.certificate());
        assertThat(keys.chooseEngineServerAlias("RSA", null, engine)).isNull();
        assertThat(keys.chooseEngineClientAlias(new String[] {"RSA", "DH_RSA"}, null, engine))
                .isNull();
    }

    /** So that the peer refuses it and says why, rather than that none was shown. */
    @Test
    void itIsShownToWhoAsksForOtherIssuers() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();

        assertThat(keys.chooseEngineClientAlias(new String[] {"RSA", "EC"}, OTHERS, engine))
                .isEqualTo(keys.chooseEngineServerAlias("EC", null, engine));
    }

    @Test
    void thereIsNothingUnderAnotherName() {
        assertThat(keys.getPrivateKey("other")).isNull();
        assertThat(keys.getCertificateChain("other")).isNull();
    }
}
