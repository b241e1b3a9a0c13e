package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import dev.corrosion.transport.identity.ActorUri;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Reads from a TLS session who the peer is, or why there is none. */
final class PeerCertificate {

    private PeerCertificate() {}

    /** The actor that the peer's certificate names. */
    static ActorId actor(@Nullable SSLEngine engine) throws RefusedException {
        try {
            if (engine == null || !(engine.getSession().getPeerCertificates()[0] instanceof X509Certificate leaf)) {
                throw new RefusedException("it showed no certificate");
            }
            return ActorUri.read(leaf);
        } catch (SSLPeerUnverifiedException e) {
            throw new RefusedException("it showed no certificate", e);
        } catch (CertificateException e) {
            throw new RefusedException(String.valueOf(e.getMessage()), e);
        }
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
            return "it showed no certificate: only nodes with this cluster's secret (corrosion.security.secret) are"
                    + " let in";
        }
        if (message.contains("NO_APPLICATION_PROTOCOL")) {
            return "it does not speak " + QuicContexts.PROTOCOL + ": is it another release, or another program?";
        }
        return "the TLS handshake failed: " + message;
    }
}
