package dev.corrosion.transport.identity;

import dev.corrosion.CorrosionException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.operator.ContentSigner;

/** Signs one certificate by ECDSA with SHA-256. */
public final class EcdsaSigner implements ContentSigner {

    private final UnaryOperator<byte[]> sign;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    private EcdsaSigner(UnaryOperator<byte[]> sign) {
        this.sign = sign;
    }

    /** As the Java runtime does it. {@link #getSignature} throws a {@link CorrosionException} if the key cannot. */
    public static EcdsaSigner of(PrivateKey key) {
        return new EcdsaSigner(content -> {
            try {
                Signature signature = Signature.getInstance("SHA256withECDSA");
                signature.initSign(key);
                signature.update(content);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new CorrosionException(
                        "the key cannot sign; it must be one of an elliptic curve: " + e.getMessage(), e);
            }
        });
    }

    /** With the nonce of RFC 6979, so that the same content gets the same signature. */
    static EcdsaSigner deterministic(ECPrivateKeyParameters key) {
        return new EcdsaSigner(content -> {
            DSADigestSigner signer = new DSADigestSigner(
                    new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest())), new SHA256Digest());
            signer.init(true, key);
            signer.update(content, 0, content.length);
            return signer.generateSignature();
        });
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
        return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    }

    @Override
    public OutputStream getOutputStream() {
        return content;
    }

    @Override
    public byte[] getSignature() {
        return sign.apply(content.toByteArray());
    }
}
