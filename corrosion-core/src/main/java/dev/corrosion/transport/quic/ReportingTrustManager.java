package dev.corrosion.transport.quic;

import io.netty.handler.ssl.OpenSslCertificateException;
import java.net.Socket;
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

    /** X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT: becomes the TLS alert unknown_ca. */
    private static final int UNKNOWN_ISSUER = 2;

    private final X509ExtendedTrustManager target;

    ReportingTrustManager(X509ExtendedTrustManager target) {
        this.target = target;
    }

    /** Why the peer's certificate was rejected; null if it was not. */
    static @Nullable String rejection(@Nullable SSLEngine engine) {
        SSLSession session = engine == null ? null : engine.getSession();
        return session == null ? null : (String) session.getValue(REASON);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            target.checkClientTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw report(e, engine);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            target.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw report(e, engine);
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

    private static CertificateException report(CertificateException rejection, SSLEngine engine) {
        engine.getSession().putValue(REASON, String.valueOf(rejection.getMessage()));
        return new OpenSslCertificateException(rejection.getMessage(), rejection, UNKNOWN_ISSUER);
    }
}
