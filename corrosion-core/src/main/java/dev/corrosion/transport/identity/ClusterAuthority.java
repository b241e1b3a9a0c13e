package dev.corrosion.transport.identity;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * The certificate authority of a cluster. There is no server and no file behind it: its key is derived from the secret
 * that all nodes share, so every node can issue its own certificate and check those of the others.
 *
 * <p>It follows that who knows the secret is a member and can take any identity; there is nothing to revoke but the
 * secret. The validity of a leaf is therefore long: a short one would protect from nobody who could not make another.
 *
 * <p>Immutable and thread-safe. Deriving takes some hundred milliseconds of CPU by design (see {@link SecretKeys}): not
 * for event loops.
 */
public final class ClusterAuthority {

    /** How far a leaf's validity reaches back, for clocks that disagree. */
    static final Duration BACKDATED = Duration.ofDays(1);

    /** How long a leaf is valid. */
    static final Duration LEAF_VALIDITY = Duration.ofDays(3650);

    /** Fixed for all clusters: what tells clusters apart is the key, and a name derived from the secret would leak. */
    private static final X500Principal SUBJECT = new X500Principal("CN=Corrosion cluster");

    private static final int SERIAL_BITS = 126;

    private final KeyPair key;
    private final X509Certificate certificate;
    private final boolean development;

    private ClusterAuthority(KeyPair key, boolean development) {
        this.key = key;
        try {
            this.certificate = Certificates.authority(SUBJECT, key);
        } catch (GeneralSecurityException e) {
            throw new CorrosionException("could not make the cluster's authority: " + e.getMessage(), e);
        }
        this.development = development;
    }

    /**
     * The authority of all who know the secret.
     *
     * @throws IllegalArgumentException if the secret is shorter than {@link CorrosionOptions#MIN_SECRET_LENGTH}
     */
    public static ClusterAuthority fromSecret(String secret) {
        if (secret.length() < CorrosionOptions.MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException("the cluster secret has " + secret.length() + " characters, at least "
                    + CorrosionOptions.MIN_SECRET_LENGTH + " are needed: make one with `openssl rand -base64 32`");
        }
        return new ClusterAuthority(SecretKeys.fromSecret(secret), false);
    }

    /** The authority for trying things out: everybody knows its secret. See {@link NodeIdentity#development()}. */
    public static ClusterAuthority development() {
        return new ClusterAuthority(SecretKeys.development(), true);
    }

    /** The authority's own certificate. Its name and its key are the same on all nodes, its signature is not. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** An identity that accepts only what this authority has issued. */
    public NodeIdentity issue(ActorId actorId, Instant now) {
        return issue(actorId, now, List.of());
    }

    /**
     * Makes a fresh key and a certificate for it that names the actor.
     *
     * @param accepted authorities whose certificates are accepted beside this one's
     */
    public NodeIdentity issue(ActorId actorId, Instant now, Collection<ClusterAuthority> accepted) {
        Set<X509Certificate> anchors = new HashSet<>();
        anchors.add(certificate);
        accepted.forEach(authority -> anchors.add(authority.certificate));
        try {
            SecureRandom random = new SecureRandom();
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(SecretKeys.CURVE), random);
            KeyPair pair = generator.generateKeyPair();
            Certificates.Leaf leaf = new Certificates.Leaf(
                    new X500Principal("CN=" + actorId),
                    ActorUri.of(actorId),
                    pair.getPublic(),
                    new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                    now.minus(BACKDATED),
                    now.plus(LEAF_VALIDITY));
            X509Certificate issued = Certificates.leaf(leaf, SUBJECT, key.getPrivate());
            return new NodeIdentity(
                    actorId,
                    pair.getPrivate(),
                    List.of(issued),
                    anchors,
                    development ? NodeIdentity.Kind.DEVELOPMENT : NodeIdentity.Kind.SECRET);
        } catch (GeneralSecurityException e) {
            throw new CorrosionException("could not make this node's certificate: " + e.getMessage(), e);
        }
    }
}
