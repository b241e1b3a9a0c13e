package dev.corrosion.tls;

import dev.corrosion.ActorId;
import dev.corrosion.transport.identity.ActorUri;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority (RFC 5280) with a random EC P-256 key, which issues nodes their certificates itself. */
record Authority(X509Certificate certificate, PrivateKey key) {

    private static final String CURVE = "secp256r1";
    private static final int SERIAL_BITS = 126;

    /** For clocks that disagree. */
    private static final Duration BACKDATED = Duration.ofHours(1);

    /** A certificate and its key. */
    record Issued(X509Certificate certificate, PrivateKey key) {}

    /** Makes a new one, whose certificate it has signed itself. */
    static Authority create(String name, Instant now, Duration validity) {
        try {
            KeyPair pair = newKey();
            X500Name subject = name(name);
            X509v3CertificateBuilder builder =
                    builder(subject, pair, subject, now.minus(BACKDATED), now.plus(validity));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new Authority(sign(builder, pair.getPrivate()), pair.getPrivate());
        } catch (GeneralSecurityException | IOException e) {
            throw new UsageException("the authority could not be made: " + e.getMessage(), e);
        }
    }

    /**
     * Issues a certificate for a node, in both roles, with a new key; no longer valid than that of the authority.
     *
     * @param actor whom it is bound to; null if any node may use it
     * @param tags what write rules may ask for
     */
    Issued issue(String name, @Nullable ActorId actor, List<String> tags, Instant now, Duration validity) {
        Instant end = now.plus(validity);
        Instant own = certificate.getNotAfter().toInstant();
        if (!own.isAfter(now)) {
            throw new UsageException("the authority's certificate has expired at " + own + ": make a new authority");
        }
        try {
            KeyPair pair = newKey();
            X500Name issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder =
                    builder(name(name), pair, issuer, now.minus(BACKDATED), end.isBefore(own) ? end : own);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
            }));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new AuthorityKeyIdentifier(identifier(certificate.getPublicKey())));
            List<GeneralName> names = new ArrayList<>();
            if (actor != null) {
                names.add(new GeneralName(GeneralName.uniformResourceIdentifier, ActorUri.of(actor)));
            }
            tags.forEach(tag -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, ActorUri.ofTag(tag))));
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            return new Issued(sign(builder, key), pair.getPrivate());
        } catch (GeneralSecurityException | IOException e) {
            throw new UsageException("the certificate could not be made: " + e.getMessage(), e);
        }
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE), new SecureRandom());
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            X500Name subject, KeyPair pair, X500Name issuer, Instant from, Instant to)
            throws GeneralSecurityException, IOException {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
                Date.from(from),
                Date.from(to),
                subject,
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(identifier(pair.getPublic())));
        return builder;
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, IOException {
        byte[] encoded = builder.build(new JavaSigner(key)).getEncoded();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    /** By the first method of RFC 5280 section 4.2.1.2. */
    private static byte[] identifier(PublicKey key) throws GeneralSecurityException {
        byte[] bits = SubjectPublicKeyInfo.getInstance(key.getEncoded())
                .getPublicKeyData()
                .getOctets();
        return MessageDigest.getInstance("SHA-1").digest(bits);
    }
}
