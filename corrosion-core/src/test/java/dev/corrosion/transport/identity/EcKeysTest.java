package dev.corrosion.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import org.junit.jupiter.api.Test;

class EcKeysTest {

    /** About half of the points are the wrong one of the two at first. */
    private static final int KEYS = 32;

    @Test
    void thePublicKeyOfAPrivateOneIsTheOneItWasMadeWith() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(SecretKeys.CURVE));
        for (int i = 0; i < KEYS; i++) {
            KeyPair pair = generator.generateKeyPair();
            ECPrivateKey key = (ECPrivateKey) pair.getPrivate();
            assertThat(EcKeys.pair(key.getS(), key.getParams()).getPublic()).isEqualTo(pair.getPublic());
        }
    }

    @Test
    void theScalarOneGivesTheGenerator() throws Exception {
        ECParameterSpec curve = EcKeys.curve(SecretKeys.CURVE);
        var key = (java.security.interfaces.ECPublicKey)
                EcKeys.pair(BigInteger.ONE, curve).getPublic();
        assertThat(key.getW()).isEqualTo(curve.getGenerator());
    }
}
