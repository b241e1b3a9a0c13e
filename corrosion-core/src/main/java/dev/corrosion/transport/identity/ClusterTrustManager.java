package dev.corrosion.transport.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a certificate that names an actor and was issued by an authority of this cluster itself. Host names are
 * not looked at: peers are known by actor id, addresses are not identities.
 *
 * <p>Messages of its exceptions are written for the people who run the cluster. Immutable and thread-safe.
 */
public final class ClusterTrustManager extends X509ExtendedTrustManager {

    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    private final Set<TrustAnchor> anchors;
    private final boolean development;
    private final Clock clock;

    /** Trusts whom an authority that the identity accepts has issued a certificate. */
    public ClusterTrustManager(NodeIdentity identity, Clock clock) {
        this.anchors = identity.trustAnchors().stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
        this.development = identity.development();
        this.clock = clock;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, CLIENT_AUTH);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, CLIENT_AUTH);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, CLIENT_AUTH);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, SERVER_AUTH);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, SERVER_AUTH);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, SERVER_AUTH);
    }

    /** None: naming the authority would tell whoever connects which one to attack, and peers need no hint. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private void check(X509Certificate @Nullable [] chain, String purpose) throws CertificateException {
        if (chain == null || chain.length == 0) {
            throw new CertificateException("it showed no certificate: only members of this cluster are let in");
        }
        // Leaves are issued by an authority itself: whatever else was sent is of no use.
        X509Certificate leaf = chain[0];
        checkIssued(leaf);
        List<String> purposes = leaf.getExtendedKeyUsage();
        if (leaf.getBasicConstraints() >= 0 || purposes == null || !purposes.contains(purpose)) {
            throw new CertificateException("its certificate was not made for a node of a cluster");
        }
        ActorUri.read(leaf);
    }

    private void checkIssued(X509Certificate leaf) throws CertificateException {
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
        } catch (CertPathValidatorException e) {
            throw new CertificateException(explain(e, leaf), e);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("its certificate could not be checked: " + e.getMessage(), e);
        }
    }

    private String explain(CertPathValidatorException failure, X509Certificate leaf) {
        if (failure.getReason() == BasicReason.EXPIRED || failure.getReason() == BasicReason.NOT_YET_VALID) {
            return "its certificate is valid from "
                    + leaf.getNotBefore().toInstant() + " to "
                    + leaf.getNotAfter().toInstant() + " and here it is " + clock.instant()
                    + ": check the clocks of both machines";
        }
        return development
                ? "its certificate is not the development identity's: this node has no corrosion.security.secret, the"
                        + " other seems to have one; all nodes must have the same one"
                : "its certificate was not issued from this cluster's secret (corrosion.security.secret): all nodes"
                        + " must have the same one";
    }
}
