package dev.corrosion.transport.identity;

import dev.corrosion.CorrosionException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** Builds X.509 certificates (RFC 5280). */
final class Certificates {

    private static final Instant AUTHORITY_NOT_BEFORE = Instant.parse("2020-01-01T00:00:00Z");

    /** "No well-defined expiration date", RFC 5280 section 4.1.2.5. */
    private static final Instant AUTHORITY_NOT_AFTER = Instant.parse("9999-12-31T23:59:59Z");

    private Certificates() {}

    /** What is particular to one leaf. */
    record Leaf(
            X500Name subject,
            String uri,
            SubjectPublicKeyInfo publicKey,
            BigInteger serial,
            Instant notBefore,
            Instant notAfter) {}

    /** A self-signed authority. Everything in it, the signature included, follows from the key. */
    static X509Certificate authority(X500Name subject, ECPrivateKeyParameters key) {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    subject,
                    BigInteger.ONE,
                    Date.from(AUTHORITY_NOT_BEFORE),
                    Date.from(AUTHORITY_NOT_AFTER),
                    subject,
                    publicKey(key));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            return java(builder.build(new DeterministicSigner(key)));
        } catch (IOException | GeneralSecurityException e) {
            throw new CorrosionException("could not make the cluster's authority: " + e.getMessage(), e);
        }
    }

    static X509Certificate leaf(Leaf leaf, X500Name issuer, ECPrivateKeyParameters issuerKey)
            throws IOException, GeneralSecurityException {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer,
                leaf.serial(),
                Date.from(leaf.notBefore()),
                Date.from(leaf.notAfter()),
                leaf.subject(),
                leaf.publicKey());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
        }));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, leaf.uri())));
        return java(builder.build(new DeterministicSigner(issuerKey)));
    }

    private static SubjectPublicKeyInfo publicKey(ECPrivateKeyParameters key) throws IOException {
        var domain = key.getParameters();
        var point = domain.getG().multiply(key.getD()).normalize();
        return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(new ECPublicKeyParameters(point, domain));
    }

    private static X509Certificate java(X509CertificateHolder holder) throws IOException, GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(holder.getEncoded()));
    }
}
