package dev.corrosion.transport.quic;

import io.netty.handler.ssl.OpenSslCertificateException;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Leaves the reason of a rejection in the TLS session, for {@link QuicLink} to report: Netty's codec passes only an error
 * number on.
 */
final class ReportingTrustManager extends X509ExtendedTrustManager {

    private static final String REASON = ReportingTrustManager.class.getName() + ".reason";

    private static final String REVOKED = ReportingTrustManager.class.getName() + ".revoked";

    // What of X509_V_ERR becomes which TLS alert.

    /** unknown_ca. */
    private static final int UNKNOWN_ISSUER = 2;

    /** bad_certificate. */
    private static final int NOT_YET_VALID = 9;

    /** certificate_expired. */
    private static final int EXPIRED = 10;

    /** certificate_revoked. */
    private static final int CERTIFICATE_REVOKED = 23;

    private final X509ExtendedTrustManager target;

    ReportingTrustManager(X509ExtendedTrustManager target) {
        this.target = target;
    }

    /** Why the peer's certificate was rejected; null if it was not. */
    static @Nullable String rejection(@Nullable SSLEngine engine) {
        SSLSession session = engine == null ? null : engine.getSession();
        return session == null ? null : (String) session.getValue(REASON);
    }

    /** What the peer has shown if it was rejected as revoked; else null. */
    static X509Certificate @Nullable [] revoked(@Nullable SSLEngine engine) {
        SSLSession session = engine == null ? null : engine.getSession();
        return session == null ? null : (X509Certificate[]) session.getValue(REVOKED);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            target.checkClientTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw report(e, chain, engine);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            target.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw report(e, chain, engine);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        target.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        target.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        target.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        target.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return target.getAcceptedIssuers();
    }

    private static CertificateException report(
            CertificateException rejection, X509Certificate[] chain, SSLEngine engine) {
        engine.getSession().putValue(REASON, String.valueOf(rejection.getMessage()));
        int error = UNKNOWN_ISSUER;
        if (rejection.getCause() instanceof CertPathValidatorException cause) {
            if (cause.getReason() == BasicReason.REVOKED) {
                engine.getSession().putValue(REVOKED, chain);
                error = CERTIFICATE_REVOKED;
            } else if (cause.getReason() == BasicReason.EXPIRED) {
                error = EXPIRED;
            } else if (cause.getReason() == BasicReason.NOT_YET_VALID) {
                error = NOT_YET_VALID;
            }
        }
        return new OpenSslCertificateException(rejection.getMessage(), rejection, error);
    }
}
