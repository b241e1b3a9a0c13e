package dev.corrosion.transport.identity;

import dev.corrosion.CorrosionException;
import dev.corrosion.NodeStatus;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** What people look at in a certificate. */
public final class CertificateFacts {

    private static final int HEX = 16;

    private CertificateFacts() {}

    public static NodeStatus.Certificate of(X509Certificate certificate) {
        return new NodeStatus.Certificate(
                certificate.getSubjectX500Principal().getName(),
                serial(certificate),
                fingerprint(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /** SHA-256 over all of it, in hexadecimal. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new CorrosionException("a certificate has no fingerprint: " + e.getMessage(), e);
        }
    }

    /** The serial number, in hexadecimal. */
    public static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(HEX);
    }
}
