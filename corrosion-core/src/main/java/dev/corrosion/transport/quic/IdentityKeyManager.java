package dev.corrosion.transport.quic;

import dev.corrosion.transport.identity.NodeIdentity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the one certificate that a node has, in both directions, whatever issuers the other side asks for: it is the other
 * side that judges, and says why.
 *
 * <p>Handed to Netty as key and chain, the same would go through a PKCS #12 store in memory, which derives a key from an
 * empty password 10 000 times over to encrypt it and once more to read it: a quarter of a second of CPU in a JVM that
 * has just started, twice for each identity. Immutable and thread-safe.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {

    private static final String ALIAS = "node";
    private static final String[] NONE = {};

    private final PrivateKey key;
    private final X509Certificate[] chain;

    IdentityKeyManager(NodeIdentity identity) {
        this.key = identity.privateKey();
        this.chain = identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return Arrays.stream(keyTypes).anyMatch(this::fits) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return fits(keyType) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return Arrays.stream(keyTypes).anyMatch(this::fits) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return fits(keyType) ? ALIAS : null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return fits(keyType) ? new String[] {ALIAS} : NONE;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return getClientAliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? chain.clone() : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? key : null;
    }

    private boolean fits(String keyType) {
        return keyType.equals(key.getAlgorithm());
    }
}
