package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import dev.corrosion.transport.Credentials;
import dev.corrosion.transport.identity.ActorUri;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has shown of itself in a handshake.
 *
 * @param actor whom its certificate names; null if it names nobody
 * @param tags what its certificate calls it
 * @param chain its certificate, then those that it has sent with it
 */
record PeerCertificate(@Nullable ActorId actor, Set<String> tags, List<X509Certificate> chain) {

    /** Reads it from a TLS session. */
    static PeerCertificate of(@Nullable SSLEngine engine) throws RefusedException {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            if (engine != null) {
                for (Certificate shown : engine.getSession().getPeerCertificates()) {
                    if (shown instanceof X509Certificate certificate) {
                        chain.add(certificate);
                    }
                }
            }
            if (chain.isEmpty()) {
                throw new RefusedException("it showed no certificate");
            }
            return of(chain);
        } catch (SSLPeerUnverifiedException e) {
            throw new RefusedException("it showed no certificate", e);
        } catch (CertificateException e) {
            throw new RefusedException(String.valueOf(e.getMessage()), e);
        }
    }

    static PeerCertificate of(List<X509Certificate> chain) throws CertificateException {
        X509Certificate leaf = chain.get(0);
        return new PeerCertificate(ActorUri.find(leaf).orElse(null), ActorUri.tags(leaf), List.copyOf(chain));
    }

    /** What the peer may be taken for; nothing that it only says itself. */
    Credentials credentials() {
        return new Credentials(actor, tags);
    }

    X509Certificate leaf() {
        return chain.get(0);
    }

    /** What a failed handshake says to people; null if it failed for another reason than TLS, such as silence. */
    static @Nullable String explain(Throwable failure, @Nullable SSLEngine engine) {
        String rejection = ReportingTrustManager.rejection(engine);
        if (rejection != null) {
            return rejection;
        }
        if (!(failure instanceof SSLHandshakeException)) {
            return null;
        }
        String message = String.valueOf(failure.getMessage());
        if (message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
            return "it showed no certificate: only nodes with this cluster's secret (corrosion.security.secret) or with"
                    + " a certificate of its authority (corrosion.security.bundle) are let in";
        }
        if (message.contains("NO_APPLICATION_PROTOCOL")) {
            return "it does not speak " + QuicContexts.PROTOCOL + ": is it another release, or another program?";
        }
        return "the TLS handshake failed: " + message;
    }
}
