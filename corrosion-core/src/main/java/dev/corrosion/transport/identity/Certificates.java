package dev.corrosion.transport.identity;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.security.auth.x500.X500Principal;

/** Builds X.509 certificates (RFC 5280), signed by ECDSA with SHA-256. */
final class Certificates {

    private static final Instant AUTHORITY_NOT_BEFORE = Instant.parse("2020-01-01T00:00:00Z");

    /** "No well-defined expiration date", RFC 5280 section 4.1.2.5. */
    private static final Instant AUTHORITY_NOT_AFTER = Instant.parse("9999-12-31T23:59:59Z");

    /** The third version is written as 2. */
    private static final BigInteger VERSION_3 = BigInteger.TWO;

    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));

    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    /** Bits of the key usage. */
    private static final int DIGITAL_SIGNATURE = 0;

    private static final int CERTIFICATE_SIGN = 5;

    /** Tags of the choices and fields which RFC 5280 numbers. */
    private static final int VERSION_FIELD = 0;

    private static final int EXTENSIONS_FIELD = 3;
    private static final int URI_NAME = 6;

    private Certificates() {}

    /** What is particular to one leaf. */
    record Leaf(
            X500Principal subject,
            String uri,
            PublicKey publicKey,
            BigInteger serial,
            Instant notBefore,
            Instant notAfter) {}

    /** A self-signed authority, which may issue leaves only. */
    static X509Certificate authority(X500Principal subject, KeyPair key) throws GeneralSecurityException {
        Leaf self = new Leaf(subject, "", key.getPublic(), BigInteger.ONE, AUTHORITY_NOT_BEFORE, AUTHORITY_NOT_AFTER);
        return signed(
                self,
                subject,
                key.getPrivate(),
                critical(BASIC_CONSTRAINTS, Der.sequence(Der.yes(), Der.integer(BigInteger.ZERO))),
                critical(KEY_USAGE, Der.namedBit(CERTIFICATE_SIGN)));
    }

    static X509Certificate leaf(Leaf leaf, X500Principal issuer, PrivateKey issuerKey) throws GeneralSecurityException {
        return signed(
                leaf,
                issuer,
                issuerKey,
                critical(BASIC_CONSTRAINTS, Der.sequence()),
                critical(KEY_USAGE, Der.namedBit(DIGITAL_SIGNATURE)),
                extension(EXTENDED_KEY_USAGE, Der.sequence(Der.oid(CLIENT_AUTH), Der.oid(SERVER_AUTH))),
                extension(ALTERNATIVE_NAME, Der.sequence(Der.implicitText(URI_NAME, leaf.uri()))));
    }

    private static X509Certificate signed(Leaf leaf, X500Principal issuer, PrivateKey issuerKey, byte[]... extensions)
            throws GeneralSecurityException {
        byte[] content = Der.sequence(
                Der.explicit(VERSION_FIELD, Der.integer(VERSION_3)),
                Der.integer(leaf.serial()),
                ECDSA_WITH_SHA256,
                issuer.getEncoded(),
                Der.sequence(Der.time(leaf.notBefore()), Der.time(leaf.notAfter())),
                leaf.subject().getEncoded(),
                leaf.publicKey().getEncoded(),
                Der.explicit(EXTENSIONS_FIELD, Der.sequence(extensions)));
        byte[] certificate = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(sign(content, issuerKey)));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] critical(String oid, byte[] value) {
        return Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value));
    }

    private static byte[] extension(String oid, byte[] value) {
        return Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] sign(byte[] content, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }
}
