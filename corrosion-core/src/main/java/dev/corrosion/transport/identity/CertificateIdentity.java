package dev.corrosion.transport.identity;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeCertificates;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** Makes an identity of certificates that an authority of the operators has issued, if the cluster would let it in. */
public final class CertificateIdentity {

    /** Signed to see whether a key fits its certificate. */
    private static final byte[] PROBE = "corrosion: does this key fit?".getBytes(StandardCharsets.US_ASCII);

    private CertificateIdentity() {}

    /**
     * Checks what a peer would check, and that the key fits.
     *
     * @throws CorrosionException if others would refuse it; says why and what to do
     */
    public static NodeIdentity of(NodeCertificates certificates, ActorId actorId, Clock clock) {
        X509Certificate own = certificates.chain().get(0);
        requireKeyFits(certificates.privateKey(), own);
        NodeIdentity identity = new NodeIdentity(
                actorId,
                certificates.privateKey(),
                certificates.chain(),
                Set.copyOf(certificates.trusted()),
                NodeIdentity.Kind.CERTIFICATES);
        X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
        ClusterTrustManager trust = new ClusterTrustManager(identity, clock);
        try {
            trust.checkClientTrusted(chain, own.getPublicKey().getAlgorithm());
            trust.checkServerTrusted(chain, own.getPublicKey().getAlgorithm());
            Optional<ActorId> named = ActorUri.find(own);
            if (named.isPresent() && !named.get().equals(actorId)) {
                throw new CorrosionException("the certificate of this node (" + own.getSubjectX500Principal()
                        + ") was issued to actor " + named.get() + ", but the database of this node is " + actorId
                        + ": have one issued to this actor, or one that names none");
            }
        } catch (CertificateException e) {
            throw new CorrosionException(
                    "the certificate of this node (" + own.getSubjectX500Principal() + ") would be refused by others: "
                            + e.getMessage(),
                    e);
        }
        return identity;
    }

    private static void requireKeyFits(PrivateKey key, X509Certificate certificate) {
        String algorithm =
                switch (certificate.getPublicKey().getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default ->
                        throw new CorrosionException("the certificate of this node has a key of the kind "
                                + certificate.getPublicKey().getAlgorithm() + ": use EC (P-256) or RSA");
                };
        boolean fits;
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(PROBE);
            byte[] signed = signer.sign();
            signer.initVerify(certificate.getPublicKey());
            signer.update(PROBE);
            fits = signer.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new CorrosionException(
                    "the private key does not fit the certificate of this node ("
                            + certificate.getSubjectX500Principal() + "): " + e.getMessage()
                            + ". Replace both together",
                    e);
        }
        if (!fits) {
            throw new CorrosionException("the private key does not fit the certificate of this node ("
                    + certificate.getSubjectX500Principal() + "): replace both together");
        }
    }
}
