package dev.corrosion.transport.identity;

import dev.corrosion.CorrosionException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Derives the authority's key from a secret.
 *
 * <p>PBKDF2 with HMAC-SHA-512 (RFC 8018) yields 384 bits, which are reduced to a P-256 scalar by the method of FIPS
 * 186-5 A.2.1 (extra random bits). The function is slow because a listening node shows its certificate to whoever
 * connects, and a certificate is enough to try secrets offline. The salt is fixed: all nodes must arrive at the same key
 * and have nothing in common but the secret.
 */
final class SecretKeys {

    static final String CURVE = "secp256r1";

    /** The figure that OWASP recommends for PBKDF2-HMAC-SHA512 is 210 000. */
    static final int ITERATIONS = 310_000;

    private static final int DERIVED_BITS = 384;
    private static final String SALT = "corrosion/1 cluster authority";

    /** The development secret is public: making it slow would protect nothing and delay every start. */
    private static final String DEVELOPMENT_SALT = "corrosion/1 development authority";

    private static final String DEVELOPMENT_SECRET = "corrosion development: no secret, loopback only";
    private static final int DEVELOPMENT_ITERATIONS = 1;

    private SecretKeys() {}

    static KeyPair fromSecret(String secret) {
        return derive(secret, SALT, ITERATIONS);
    }

    static KeyPair development() {
        return derive(DEVELOPMENT_SECRET, DEVELOPMENT_SALT, DEVELOPMENT_ITERATIONS);
    }

    private static KeyPair derive(String secret, String salt, int iterations) {
        byte[] bits = stretch(secret, salt, iterations);
        try {
            ECParameterSpec curve = EcKeys.curve(CURVE);
            BigInteger range = curve.getOrder().subtract(BigInteger.ONE);
            return EcKeys.pair(new BigInteger(1, bits).mod(range).add(BigInteger.ONE), curve);
        } catch (GeneralSecurityException e) {
            throw new CorrosionException(
                    "this Java runtime cannot make the cluster's key (EC, " + CURVE + "): " + e.getMessage(), e);
        } finally {
            Arrays.fill(bits, (byte) 0);
        }
    }

    private static byte[] stretch(String secret, String salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(
                secret.toCharArray(), salt.getBytes(StandardCharsets.US_ASCII), iterations, DERIVED_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new CorrosionException(
                    "this Java runtime cannot derive keys from the cluster secret (PBKDF2WithHmacSHA512): "
                            + e.getMessage(),
                    e);
        } finally {
            spec.clearPassword();
        }
    }
}
