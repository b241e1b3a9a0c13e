package dev.corrosion.transport.quic;

/** What a TLS alert (RFC 8446 section 6), as it arrives in the close of a connection, says to people. */
final class TlsAlert {

    private static final String OTHER_SECRET =
            "it does not accept this node's certificate: is corrosion.security.secret"
                    + " the same on both nodes? With corrosion.security.bundle: does it trust the authority of this node's,"
                    + " and are the clocks right? (TLS alert ";

    /** RFC 9001 section 4.8: a TLS alert arrives as a QUIC error of this much more. */
    private static final int QUIC_CRYPTO_ERROR = 0x100;

    private static final int MAX_ALERT = 0xFF;

    private TlsAlert() {}

    static boolean isAlert(int quicError) {
        return quicError >= QUIC_CRYPTO_ERROR && quicError <= QUIC_CRYPTO_ERROR + MAX_ALERT;
    }

    static int of(int quicError) {
        return quicError - QUIC_CRYPTO_ERROR;
    }

    static String explain(int alert) {
        return switch (alert) {
            case 42 -> OTHER_SECRET + "bad_certificate)";
            case 46 -> OTHER_SECRET + "certificate_unknown)";
            case 48 -> OTHER_SECRET + "unknown_ca)";
            case 51 -> OTHER_SECRET + "decrypt_error)";
            case 43 ->
                "it does not accept this kind of certificate (TLS alert unsupported_certificate): run the same"
                        + " release on all nodes";
            case 44 ->
                "it has this node's certificate or actor among the revoked (TLS alert certificate_revoked):"
                        + " corrosion.security.revoked over there";
            case 45 ->
                "it holds this node's certificate to be expired (TLS alert certificate_expired): check the clocks"
                        + " of both machines, and renew the certificate";
            case 116 ->
                "it wants a certificate and got none (TLS alert certificate_required): set"
                        + " corrosion.security.secret or corrosion.security.bundle on this node";
            case 120 ->
                "it does not speak " + QuicContexts.PROTOCOL + " (TLS alert no_application_protocol): is it"
                        + " another release, or another service on this port?";
            default -> "the TLS handshake failed (alert " + alert + "): run the same release on all nodes";
        };
    }
}
