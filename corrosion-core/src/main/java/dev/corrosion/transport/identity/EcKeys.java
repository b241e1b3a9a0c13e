package dev.corrosion.transport.identity;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import javax.crypto.KeyAgreement;

/**
 * Finds the public key of a private one with the means of the Java runtime, which multiplies points but has no method for it.
 *
 * <p>Diffie and Hellman's agreement with the generator of the curve as the other side's key gives the first coordinate of the
 * public point (SEC 1 section 3.3.1). Two points have it; a signature tells which of them belongs to the key.
 */
final class EcKeys {

    private static final BigInteger THREE = BigInteger.valueOf(3);

    private EcKeys() {}

    static ECParameterSpec curve(String name) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    /**
     * Both keys of a scalar.
     *
     * @param scalar from 1 to the order of the curve less one
     * @param curve over a prime field p with p = 3 modulo 4, such as P-256
     */
    static KeyPair pair(BigInteger scalar, ECParameterSpec curve) throws GeneralSecurityException {
        KeyFactory keys = KeyFactory.getInstance("EC");
        PrivateKey privateKey = keys.generatePrivate(new ECPrivateKeySpec(scalar, curve));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(privateKey);
        agreement.doPhase(keys.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
        BigInteger x = new BigInteger(1, agreement.generateSecret());
        BigInteger y = y(x, curve.getCurve());
        PublicKey publicKey = keys.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curve));
        if (belongTogether(privateKey, publicKey)) {
            return new KeyPair(publicKey, privateKey);
        }
        BigInteger other = prime(curve.getCurve()).subtract(y);
        return new KeyPair(keys.generatePublic(new ECPublicKeySpec(new ECPoint(x, other), curve)), privateKey);
    }

    /** One of the two roots of x^3 + ax + b; where p = 3 modulo 4 the power (p + 1) / 4 is a root. */
    private static BigInteger y(BigInteger x, EllipticCurve curve) {
        BigInteger p = prime(curve);
        BigInteger square = x.modPow(THREE, p)
                .add(curve.getA().multiply(x))
                .add(curve.getB())
                .mod(p);
        return square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
    }

    private static BigInteger prime(EllipticCurve curve) {
        return ((ECFieldFp) curve.getField()).getP();
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
        byte[] content = publicKey.getEncoded();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(privateKey);
        signature.update(content);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(content);
        return signature.verify(signed);
    }
}
