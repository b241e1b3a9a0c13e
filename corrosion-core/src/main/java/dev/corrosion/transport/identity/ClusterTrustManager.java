package dev.corrosion.transport.identity;

import dev.corrosion.ActorId;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a certificate that an authority of this cluster has issued for a node, and that is not revoked. One that
 * is derived from a secret issues nodes their certificates itself, and with the actor's name. Of other authorities a chain is
 * followed (RFC 5280), and no actor need be named. Host names are not looked at: peers are known by actor id, addresses are
 * not identities.
 *
 * <p>Messages of its exceptions are written for the people who run the cluster. Immutable and thread-safe.
 */
public final class ClusterTrustManager extends X509ExtendedTrustManager {

    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    /** X.509's anyExtendedKeyUsage. */
    private static final String ANY_USE = "2.5.29.37.0";

    /** Bits of X.509's key usage. */
    private static final int DIGITAL_SIGNATURE = 0;

    /** Certificates looked at of what a peer sends. */
    private static final int MAX_CHAIN = 10;

    private final Set<TrustAnchor> anchors;
    private final NodeIdentity.Kind kind;
    private final Clock clock;
    private final Supplier<Revocations> revocations;

    /** Trusts whom an authority that the identity accepts has issued a certificate, revoked or not. */
    public ClusterTrustManager(NodeIdentity identity, Clock clock) {
        this(identity, clock, () -> Revocations.NONE);
    }

    /** Trusts whom an authority that the identity accepts has issued a certificate, if it is not revoked by then. */
    public ClusterTrustManager(NodeIdentity identity, Clock clock, Supplier<Revocations> revocations) {
        this.revocations = revocations;
        this.anchors = identity.trustAnchors().stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
        this.kind = identity.kind();
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
        X509Certificate leaf = chain[0];
        // What its own authority issues needs nothing in between, so whatever else was sent is of no use.
        List<X509Certificate> sent = kind == NodeIdentity.Kind.CERTIFICATES
                ? List.of(chain).subList(0, Math.min(chain.length, MAX_CHAIN))
                : List.of(leaf);
        checkDates(leaf);
        checkIssued(leaf, sent);
        checkUse(leaf, purpose);
        Optional<ActorId> actor =
                kind == NodeIdentity.Kind.CERTIFICATES ? ActorUri.find(leaf) : Optional.of(ActorUri.read(leaf));
        Revocations revoked = revocations.get();
        Optional<String> reason = revoked.reason(sent).or(() -> actor.flatMap(revoked::reason));
        if (reason.isPresent()) {
            throw new CertificateException(
                    reason.get(), new CertPathValidatorException(reason.get(), null, null, -1, BasicReason.REVOKED));
        }
    }

    private void checkDates(X509Certificate leaf) throws CertificateException {
        try {
            leaf.checkValidity(Date.from(clock.instant()));
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            boolean expired = e instanceof CertificateExpiredException;
            String message = "its certificate is valid from "
                    + leaf.getNotBefore().toInstant() + " to "
                    + leaf.getNotAfter().toInstant() + " and here it is " + clock.instant()
                    + ": check the clocks of both machines"
                    + (expired && kind == NodeIdentity.Kind.CERTIFICATES ? ", and renew the certificate" : "");
            throw new CertificateException(
                    message,
                    new CertPathValidatorException(
                            message, e, null, -1, expired ? BasicReason.EXPIRED : BasicReason.NOT_YET_VALID));
        }
    }

    private void checkIssued(X509Certificate leaf, List<X509Certificate> sent) throws CertificateException {
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(leaf);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(sent)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
        } catch (CertPathBuilderException e) {
            throw new CertificateException(notIssued(leaf), e);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("its certificate could not be checked: " + e.getMessage(), e);
        }
    }

    private void checkUse(X509Certificate leaf, String purpose) throws CertificateException {
        List<String> purposes = leaf.getExtendedKeyUsage();
        boolean[] usage = leaf.getKeyUsage();
        // An authority of the operators may leave the purposes open.
        boolean anyPurpose = purposes == null
                ? kind == NodeIdentity.Kind.CERTIFICATES
                : purposes.contains(ANY_USE) && kind == NodeIdentity.Kind.CERTIFICATES;
        boolean fitting = anyPurpose || (purposes != null && purposes.contains(purpose));
        if (leaf.getBasicConstraints() >= 0 || !fitting || (usage != null && !usage[DIGITAL_SIGNATURE])) {
            throw new CertificateException(
                    kind == NodeIdentity.Kind.CERTIFICATES
                            ? "its certificate was not made for a node of a cluster: it must not be an authority's, allow"
                                    + " digital signatures, and, if it says what for, be for clientAuth and serverAuth"
                            : "its certificate was not made for a node of a cluster");
        }
    }

    private String notIssued(X509Certificate leaf) {
        return switch (kind) {
            case CERTIFICATES ->
                "its certificate (" + leaf.getSubjectX500Principal() + ", issued by " + leaf.getIssuerX500Principal()
                        + ") does not lead to an authority that is trusted: all nodes must trust the authorities of all,"
                        + " and send the certificates in between";
            case DEVELOPMENT ->
                "its certificate is not the development identity's: this node has no corrosion.security.secret, the"
                        + " other seems to have one; all nodes must have the same one";
            case SECRET ->
                "its certificate was not issued from this cluster's secret (corrosion.security.secret): all nodes"
                        + " must have the same one";
        };
    }
}
